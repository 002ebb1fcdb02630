//! The page on which a household reports a problem and sees what became of its reports: a form that works
//! without scripts.

use anju_domain::feedback::{Feedback, FeedbackSource, FeedbackType, STEP};
use anju_domain::time::china_date;
use askama::Template;

use crate::html::RenderError;
use crate::style::REPORT_STYLE;
use crate::words::{CHINESE, ENGLISH, ReportWords, Words};

/// What was filled in and is to be shown again. Personal data.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Filled {
    /// 身份证号.
    pub id_number: String,
    /// 联系方式.
    pub phone: String,
    /// The type, by its name in the contract.
    pub kind: String,
    /// What is reported.
    pub content: String,
}

/// What became of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The report is there.
    Reported,
    /// The numbers aren't the household's.
    Mismatch,
    /// Too many checks; seconds until the next.
    TooMany(i64),
    /// The household left.
    Left,
    /// It can't be done now.
    Busy,
    /// Something isn't filled in as it should: JSON pointers and what is wrong.
    Problems(Vec<(String, &'static str)>),
}

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLanguage {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

/// What the page shows.
pub struct ReportView<'a> {
    /// In which language.
    pub language: PageLanguage,
    /// As it stands in the address; whether it leads anywhere isn't said here.
    pub token: &'a str,
    /// The captcha to solve.
    pub captcha_id: &'a str,
    /// Its picture, ours.
    pub captcha_svg: &'a str,
    /// The same in words.
    pub question: &'a str,
    /// What was filled in.
    pub filled: Filled,
    /// What became of it.
    pub notice: Option<Notice>,
    /// All reports of the household, oldest first, once its numbers were right.
    pub reports: Option<&'a [Feedback]>,
}

#[derive(Template)]
#[template(path = "report.html", whitespace = "minimize")]
struct ReportPage<'a> {
    words: &'static Words,
    /// The other language.
    other: &'static Words,
    /// Where this page is in it.
    other_address: &'static str,
    /// Where the household's page is in this one.
    anchor: Option<&'static str>,
    report: &'static ReportWords,
    view: &'a ReportView<'a>,
    filled: &'a Filled,
    notice: Option<String>,
    problems: Vec<String>,
    reports: Option<Vec<OwnReport<'a>>>,
    kinds: Vec<(&'static str, &'static str, bool)>,
}

/// A report as the household reads it.
struct OwnReport<'a> {
    status: &'static str,
    day: String,
    kind: &'static str,
    content: &'a str,
    handled: Option<(String, &'a str)>,
}

/// The page.
pub fn report_page(view: &ReportView<'_>) -> Result<String, RenderError> {
    let english = view.language == PageLanguage::English;
    let (words, other) = if english { (&ENGLISH, &CHINESE) } else { (&CHINESE, &ENGLISH) };
    let report = &words.report_page;
    let problems = match &view.notice {
        Some(Notice::Problems(problems)) => {
            problems.iter().map(|problem| described(problem, words)).collect()
        }
        _ => Vec::new(),
    };
    let kind =
        |kind: FeedbackType| (kind.as_str(), (words.feedback_type)(kind), kind.as_str() == view.filled.kind);
    let page = ReportPage {
        words,
        other,
        other_address: if english { "?" } else { "?lang=en" },
        anchor: english.then_some(ENGLISH.language),
        report,
        view,
        filled: &view.filled,
        notice: view.notice.as_ref().and_then(|notice| said(notice, report)),
        problems,
        reports: view.reports.map(|reports| own(reports, words)),
        kinds: FeedbackType::ALL.into_iter().map(kind).collect(),
    };
    Ok(page.render()?)
}

fn said(notice: &Notice, words: &ReportWords) -> Option<String> {
    Some(match notice {
        Notice::Reported => (words.done)(STEP.as_hours() / 24),
        Notice::Mismatch => words.mismatch.to_owned(),
        Notice::TooMany(seconds) => (words.too_many)(seconds.div_euclid(60) + 1),
        Notice::Left => words.left.to_owned(),
        Notice::Busy => words.busy.to_owned(),
        Notice::Problems(_) => return None,
    })
}

/// What is wrong, with the name of the field.
fn described((pointer, problem): &(String, &'static str), words: &Words) -> String {
    let field = match pointer.as_str() {
        "/id_number" => words.id_number,
        "/phone" => words.phone,
        "/captcha" | "/captcha_id" => words.report_page.captcha,
        "/type" => words.report_page.kind,
        "/content" => words.report_page.what,
        _ => return (*problem).to_owned(),
    };
    format!("{field}{}{problem}", words.report_page.colon)
}

/// The household's own reports, the latest first.
fn own<'a>(reports: &'a [Feedback], words: &Words) -> Vec<OwnReport<'a>> {
    let own = reports.iter().rev().filter(|report| report.source == FeedbackSource::Household);
    own.map(|report| OwnReport {
        status: (words.feedback_status)(report.status()),
        day: (words.date)(china_date(report.reported_at)),
        kind: (words.feedback_type)(report.kind),
        content: report.content.as_str(),
        handled: report
            .handling
            .as_ref()
            .map(|handling| ((words.date)(china_date(handling.at)), handling.opinion.as_str())),
    })
    .collect()
}
