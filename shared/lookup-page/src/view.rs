//! What the public page of a household says: nothing that isn't public gets in here.

use anju_domain::feedback::{Feedback, FeedbackStatus, FeedbackType};
use anju_domain::household::{FeedbackCounts, Household, Progress};
use anju_domain::ids::LookupToken;
use anju_domain::mask;
use anju_domain::region::{Level, Region};
use anju_domain::summary::Detail;
use anju_domain::survey::{Survey, SurveyForm};
use anju_domain::text::Note;
use anju_domain::time::china_date;
use anju_domain::verification::{Finding, Verification};
use jiff::civil::Date;

/// How much of the head's name the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameMask {
    /// The first character: `张**`.
    #[default]
    FirstCharacter,
    /// All of it, as in the ministry's deck.
    Full,
}

/// The public part of a household's record, numbers and names masked already.
///
/// Left out on purpose: house number, notes, the explanation of an unsecured result and the reason of
/// a return (free text that names people), photos, position, the verifier's phone; of surveys, all that
/// aren't public, and of those that are, who surveyed and the photos.
#[derive(Clone, PartialEq, Eq)]
pub struct PageView {
    pub(crate) status: Status,
    pub(crate) head: String,
    pub(crate) id_number: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) address: String,
    pub(crate) visit: Option<Visit>,
    pub(crate) feedback: FeedbackCounts,
    /// The latest ones first.
    pub(crate) reports: Vec<PublicReport>,
    /// Whether there are more of them than the page lists.
    pub(crate) more_reports: bool,
    /// Those that are public, the latest ones first; none where the page shows no results any more.
    pub(crate) surveys: Option<Vec<PublicSurvey>>,
    /// Whether there are more of them than the page lists, or longer ones.
    pub(crate) more_surveys: bool,
    /// For the way to report: whoever reads the page knows it.
    pub(crate) token: LookupToken,
    pub(crate) office: Option<Office>,
    /// The township's name.
    pub(crate) township: Option<String>,
    pub(crate) record: String,
}

/// Where the household stands, for its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Secured,
    Unsecured,
    /// Sent back or reopened after its completion.
    VerifiedAgain,
    /// Moved away or ended.
    Left,
}

/// What is public of a completed verification.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) detail: Detail,
    pub(crate) day: Date,
    pub(crate) verifier: String,
    pub(crate) position: String,
}

/// What is public of a report: neither its words nor what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicReport {
    pub(crate) day: Date,
    pub(crate) kind: FeedbackType,
    pub(crate) status: FeedbackStatus,
}

/// What is public of a survey that its officials made public: not who surveyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicSurvey {
    pub(crate) day: Date,
    pub(crate) finding: String,
    pub(crate) opinion: String,
}

/// Reports that the page lists.
pub(crate) const REPORTS_SHOWN: usize = 10;
/// Surveys that the page lists.
pub(crate) const SURVEYS_SHOWN: usize = 3;
/// Characters of each text of a survey that the page shows: with more, the page would outgrow the five
/// kilobytes that it may take over the air.
const CHARACTERS_SHOWN: usize = 100;

/// Whom the household can call.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Office {
    pub(crate) name: String,
    pub(crate) phone: String,
    /// Behind `tel:`.
    pub(crate) dial: String,
}

impl PageView {
    /// The public view of the household in the regions of `path`, which leads from the province (or
    /// above) to the village. None where the household was never completed: it has no page.
    pub fn of(household: &Household, path: &[Region], names: NameMask) -> Option<PageView> {
        let token = household.lookup.clone()?;
        let status = match &household.progress {
            Progress::Pending | Progress::Draft(_) => Status::VerifiedAgain,
            Progress::Left => Status::Left,
            Progress::Completed(completed) => match completed.verification().finding {
                Finding::Secured(_) => Status::Secured,
                Finding::Unsecured { .. } => Status::Unsecured,
            },
        };
        let head = &household.head.name;
        Some(PageView {
            status,
            head: match names {
                NameMask::FirstCharacter => mask::name(head.trim()),
                NameMask::Full => head.trim().to_owned(),
            },
            id_number: household.effective_id_number().map(mask::id_number),
            phone: household.effective_phone().map(mask::phone),
            address: address(path),
            visit: household.verification().map(|done| Visit::of(done, household.summary().detail)),
            feedback: household.feedback,
            reports: Vec::new(),
            more_reports: false,
            surveys: (status != Status::Left).then(Vec::new),
            more_surveys: false,
            token,
            office: path.iter().rev().find_map(Office::of),
            township: path
                .iter()
                .find(|region| region.code.level() == Level::Township)
                .map(|region| region.name.clone()),
            record: household.chain_head.to_string().chars().take(RECORD_DIGITS).collect(),
        })
    }
}

impl PageView {
    /// The page with the latest of the household's reports, which come oldest first.
    pub fn with_reports(self, reports: &[Feedback]) -> PageView {
        let public = |report: &Feedback| PublicReport {
            day: china_date(report.reported_at),
            kind: report.kind,
            status: report.status(),
        };
        let more_reports = reports.len() > REPORTS_SHOWN;
        PageView {
            reports: reports.iter().rev().take(REPORTS_SHOWN).map(public).collect(),
            more_reports,
            ..self
        }
    }

    /// The page with the latest of the household's surveys that are public. They come in the order in
    /// which they were entered, which says nothing of when somebody was there.
    pub fn with_surveys(self, surveys: &[Survey]) -> PageView {
        let mut public: Vec<&Survey> = surveys.iter().rev().filter(|survey| survey.form.public).collect();
        public.sort_by_key(|survey| std::cmp::Reverse(survey.form.surveyed_at.day()));
        let shown = &public[..public.len().min(SURVEYS_SHOWN)];
        let cut = |survey: &&Survey| is_long(&survey.form.finding) || is_long(&survey.form.opinion);
        let more_surveys = public.len() > shown.len() || shown.iter().any(cut);
        let surveys = shown.iter().map(|survey| PublicSurvey::of(&survey.form)).collect();
        PageView {
            more_surveys: more_surveys && self.surveys.is_some(),
            surveys: self.surveys.and(Some(surveys)),
            ..self
        }
    }
}

impl PublicSurvey {
    fn of(form: &SurveyForm) -> PublicSurvey {
        PublicSurvey {
            day: form.surveyed_at.day(),
            finding: published(&form.finding),
            opinion: published(&form.opinion),
        }
    }
}

/// A text on one line and without numbers that could be somebody's.
fn public_line(text: &Note) -> String {
    mask::long_numbers(text.as_str()).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_long(text: &Note) -> bool {
    public_line(text).chars().count() > CHARACTERS_SHOWN
}

/// A text as the page shows it: cut where it is too long.
fn published(text: &Note) -> String {
    let line = public_line(text);
    match line.char_indices().nth(CHARACTERS_SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Hexadecimal digits of the chain head that the page shows: enough to tell one state of a record
/// from another, few enough to be read out on the phone.
const RECORD_DIGITS: usize = 12;

impl Visit {
    fn of(verification: &Verification, detail: Detail) -> Visit {
        Visit {
            detail,
            day: verification.visited_at.day(),
            verifier: verification.verifier.name.to_string(),
            position: verification.verifier.position.to_string(),
        }
    }
}

impl Office {
    /// The region's office, where its public number can be dialled.
    fn of(region: &Region) -> Option<Office> {
        let phone = region.public_phone.as_deref()?.trim();
        let dial = dialled(phone)?;
        Some(Office { name: region.name.clone(), phone: phone.to_owned(), dial })
    }
}

/// County to village, by their names; no house number.
fn address(path: &[Region]) -> String {
    let names = path.iter().filter(|region| region.code.level() >= Level::County);
    names.map(|region| region.name.trim()).collect::<Vec<_>>().join(" ")
}

/// The digits to dial of a number as people write it: up to an extension or a second number.
fn dialled(phone: &str) -> Option<String> {
    let written = |character: &char| character.is_ascii_digit() || "+-() （）－".contains(*character);
    let number: String = phone
        .chars()
        .take_while(written)
        .enumerate()
        .filter(|(at, character)| character.is_ascii_digit() || (*at == 0 && *character == '+'))
        .map(|(_, character)| character)
        .collect();
    // Short ones exist: 12345 is a government hotline.
    (number.len() >= 3).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_up_to_its_extension() {
        for (written, dial) in [
            ("0870-3120000", Some("08703120000")),
            ("(0870) 312 0000", Some("08703120000")),
            ("+86 870 3120000", Some("+868703120000")),
            ("0870-3120000转801", Some("08703120000")),
            ("0870-3120000/3120001", Some("08703120000")),
            ("12345", Some("12345")),
            ("无", None),
            ("", None),
            ("javascript:1", None),
        ] {
            assert_eq!(dialled(written).as_deref(), dial, "{written}");
        }
    }
}
