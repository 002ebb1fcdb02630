//! From view and words to HTML. All values are escaped by the template engine.

use std::borrow::Cow;
use std::sync::LazyLock;

use askama::Template;

use crate::style::STYLE;
use crate::view::{PageView, PublicReport, PublicSurvey, REPORTS_SHOWN, SURVEYS_SHOWN, Status, Visit};
use crate::words::{CHINESE, ENGLISH, Words};

/// The template could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("the public page could not be rendered")]
pub struct RenderError(#[from] askama::Error);

/// The public page of a household, whole: in Chinese, and in English behind a link, all in one file.
pub fn page(view: &PageView) -> Result<String, RenderError> {
    let readings = [&CHINESE, &ENGLISH].map(|words| Reading::of(view, words));
    Ok(HouseholdPage { words: &CHINESE, view, readings }.render()?)
}

/// The page behind every token that leads nowhere, unknown or withdrawn: always the same bytes.
pub fn not_found_page() -> &'static str {
    static PAGE: LazyLock<String> = LazyLock::new(|| {
        let page = NotFoundPage { words: &CHINESE, readings: [&CHINESE, &ENGLISH] };
        // Writing to memory does not fail; if it did, the sentence alone would still be a page.
        page.render().unwrap_or_else(|_| CHINESE.not_found.to_owned())
    });
    &PAGE
}

#[derive(Template)]
#[template(path = "not_found.html", whitespace = "minimize")]
struct NotFoundPage {
    words: &'static Words,
    readings: [&'static Words; 2],
}

#[derive(Template)]
#[template(path = "household.html", whitespace = "minimize")]
struct HouseholdPage<'a> {
    /// Of the page as a whole.
    words: &'static Words,
    view: &'a PageView,
    readings: [Reading<'a>; 2],
}

/// The page in one language.
struct Reading<'a> {
    words: &'static Words,
    /// The one sentence that the page is about.
    sentence: &'static str,
    meaning: Option<&'static str>,
    basics: Vec<Row<'a>>,
    /// Empty while there is no result.
    guarantee: Vec<Row<'a>>,
    /// None where the page shows no results any more; empty where no survey is public.
    surveys: Option<Vec<Row<'a>>>,
    /// That there is more than the page shows.
    more_surveys: Option<String>,
    /// Empty where there are no reports.
    feedback: Vec<Row<'a>>,
    /// That there are more than the page lists.
    more_reports: Option<String>,
    responsible: Option<String>,
}

/// A line of a list: what it is, and what it says.
struct Row<'a> {
    term: &'static str,
    value: Cow<'a, str>,
}

impl<'a> Reading<'a> {
    fn of(view: &'a PageView, words: &'static Words) -> Self {
        Reading {
            words,
            sentence: (words.status)(view.status),
            meaning: (words.meaning)(view.status),
            basics: basics(view, words),
            guarantee: view.visit.as_ref().map(|visit| guarantee(visit, words)).unwrap_or_default(),
            surveys: view.surveys.as_ref().map(|surveys| survey_rows(surveys, words)),
            more_surveys: view.more_surveys.then(|| (words.more_surveys)(SURVEYS_SHOWN)),
            feedback: feedback(view, words),
            more_reports: view.more_reports.then(|| (words.more_reports)(REPORTS_SHOWN)),
            responsible: view.township.as_deref().map(words.responsible),
        }
    }
}

fn row<'a>(term: &'static str, value: impl Into<Cow<'a, str>>) -> Row<'a> {
    Row { term, value: value.into() }
}

fn basics<'a>(view: &'a PageView, words: &'static Words) -> Vec<Row<'a>> {
    let number = |number: &'a Option<String>| number.as_deref().unwrap_or(words.not_registered);
    let mut rows = vec![
        row(words.head, &view.head),
        row(words.id_number, number(&view.id_number)),
        row(words.phone, number(&view.phone)),
    ];
    if !view.address.is_empty() {
        rows.push(row(words.address, &view.address));
    }
    rows
}

fn guarantee<'a>(visit: &'a Visit, words: &'static Words) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    if let Some(way) = visit.detail.guarantee() {
        rows.push(row(words.way, (words.ways)(way)));
        rows.push(row((words.detail)(way), (words.details)(visit.detail)));
    }
    rows.push(row(words.visited, (words.date)(visit.day)));
    rows.push(row(words.verifier, &visit.verifier));
    rows.push(row(words.position, &visit.position));
    rows
}

fn survey_rows<'a>(surveys: &'a [PublicSurvey], words: &'static Words) -> Vec<Row<'a>> {
    let rows = |survey: &'a PublicSurvey| {
        [
            row(words.surveyed, (words.date)(survey.day)),
            row(words.finding, &survey.finding),
            row(words.opinion, &survey.opinion),
        ]
    };
    surveys.iter().flat_map(rows).collect()
}

fn feedback(view: &PageView, words: &'static Words) -> Vec<Row<'static>> {
    let counts = view.feedback;
    if counts.open == 0 && counts.handled == 0 {
        return Vec::new();
    }
    let report = |report: &PublicReport| {
        let day = (words.date)(report.day);
        row((words.feedback_status)(report.status), format!("{day} {}", (words.feedback_type)(report.kind)))
    };
    let mut rows = vec![
        row(words.feedback_open, (words.reports)(counts.open)),
        row(words.feedback_handled, (words.reports)(counts.handled)),
    ];
    rows.extend(view.reports.iter().map(report));
    rows
}
