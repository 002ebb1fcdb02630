//! The page's words, one value per language: a language that lacks one doesn't compile.

mod chinese;
mod english;

use anju_domain::feedback::{FeedbackStatus, FeedbackType};
use anju_domain::summary::{Detail, GuaranteeChoice};
use jiff::civil::Date;

use crate::view::Status;

pub(crate) use chinese::CHINESE;
pub(crate) use english::ENGLISH;

/// All words of the pages in one language.
pub(crate) struct Words {
    /// The language, as HTML names it.
    pub(crate) language: &'static str,
    /// The language's name, for the link that leads to it.
    pub(crate) own_name: &'static str,
    /// The browser's title: the same for all households.
    pub(crate) title: &'static str,
    pub(crate) read_aloud: &'static str,
    /// The one sentence that the page is about.
    pub(crate) status: fn(Status) -> &'static str,
    /// What follows for the reader; none where the sentence says it all.
    pub(crate) meaning: fn(Status) -> Option<&'static str>,
    pub(crate) basics: &'static str,
    pub(crate) head: &'static str,
    pub(crate) id_number: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) address: &'static str,
    /// In place of a number that the register lacks or got wrong.
    pub(crate) not_registered: &'static str,
    pub(crate) guarantee: &'static str,
    pub(crate) way: &'static str,
    pub(crate) ways: fn(GuaranteeChoice) -> &'static str,
    /// What the detail of this way is called.
    pub(crate) detail: fn(GuaranteeChoice) -> &'static str,
    pub(crate) details: fn(Detail) -> &'static str,
    pub(crate) visited: &'static str,
    pub(crate) date: fn(Date) -> String,
    pub(crate) verifier: &'static str,
    pub(crate) position: &'static str,
    /// On the call button, with the name of the office's region.
    pub(crate) call: fn(&str) -> String,
    pub(crate) surveys: &'static str,
    pub(crate) surveys_none: &'static str,
    pub(crate) surveyed: &'static str,
    pub(crate) finding: &'static str,
    pub(crate) opinion: &'static str,
    /// Where more is public than the page shows of so many surveys.
    pub(crate) more_surveys: fn(usize) -> String,
    pub(crate) feedback: &'static str,
    pub(crate) feedback_none: &'static str,
    pub(crate) feedback_open: &'static str,
    pub(crate) feedback_handled: &'static str,
    /// Where there are more than the so many listed.
    pub(crate) more_reports: fn(usize) -> String,
    /// A number of reports.
    pub(crate) reports: fn(u16) -> String,
    pub(crate) feedback_type: fn(FeedbackType) -> &'static str,
    pub(crate) feedback_status: fn(FeedbackStatus) -> &'static str,
    /// The way to report and to see one's own reports.
    pub(crate) report: &'static str,
    pub(crate) about: &'static str,
    pub(crate) purpose: &'static str,
    /// Who answers for the page: the township of this name.
    pub(crate) responsible: fn(&str) -> String,
    pub(crate) correction: &'static str,
    pub(crate) record: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) not_found_advice: &'static str,
    pub(crate) report_page: ReportWords,
}

/// The words of the page for reporting.
pub(crate) struct ReportWords {
    pub(crate) explanation: &'static str,
    pub(crate) who: &'static str,
    pub(crate) captcha: &'static str,
    pub(crate) captcha_answer: &'static str,
    pub(crate) captcha_aloud: &'static str,
    pub(crate) what: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) content: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) query: &'static str,
    pub(crate) sending: &'static str,
    /// Where the network failed while it was sent.
    pub(crate) unsent: &'static str,
    pub(crate) own: &'static str,
    pub(crate) none: &'static str,
    pub(crate) opinion: &'static str,
    pub(crate) back: &'static str,
    /// What happens next, within so many days.
    pub(crate) done: fn(i64) -> String,
    pub(crate) mismatch: &'static str,
    pub(crate) left: &'static str,
    pub(crate) busy: &'static str,
    /// After so many minutes.
    pub(crate) too_many: fn(i64) -> String,
    pub(crate) incomplete: &'static str,
    /// Between a field and what is wrong with it.
    pub(crate) colon: &'static str,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_detail_has_a_label_of_its_own_within_its_way_in_the_words_of_its_language() {
        for words in [&CHINESE, &ENGLISH] {
            let mut seen = BTreeSet::new();
            for detail in Detail::ALL {
                let (way, label) = (detail.guarantee().map(words.ways), (words.details)(detail));
                assert_eq!(label.is_ascii(), words.language == "en", "{detail:?}: {label}");
                assert!(seen.insert((way, label)), "{detail:?} is called as another one: {label}");
            }
        }
    }
}
