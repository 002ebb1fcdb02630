//! The words in English, for those who ask for them.

use anju_domain::feedback::{FeedbackStatus, FeedbackType};
use anju_domain::summary::{Detail, GuaranteeChoice};
use jiff::civil::Date;

use super::{ReportWords, Words};
use crate::view::Status;

pub(crate) const ENGLISH: Words = Words {
    language: "en",
    own_name: "English",
    title: "Housing safety verification",
    read_aloud: "Read aloud",
    status,
    meaning,
    basics: "Household",
    head: "Head",
    id_number: "ID number",
    phone: "Phone",
    address: "Address",
    not_registered: "to be checked",
    guarantee: "Guarantee",
    way: "Made safe by",
    ways,
    detail,
    details,
    visited: "Verified on",
    date,
    verifier: "Verifier",
    position: "Position",
    call,
    surveys: "Surveys",
    surveys_none: "None",
    surveyed: "Surveyed on",
    finding: "Finding",
    opinion: "Opinion",
    more_surveys,
    feedback: "Reports",
    feedback_none: "None",
    feedback_open: "Open",
    feedback_handled: "Handled",
    more_reports,
    reports,
    feedback_type,
    feedback_status,
    report: "Report a problem, see what became of it",
    about: "About this page",
    purpose: "This page only shows the result of this household's housing safety verification. ID number and phone \
              are shown in part.",
    responsible,
    correction: "Tell the village or the township if the result, ID number or phone is wrong; the \
                 poverty-alleviation office if names or members are wrong.",
    record: "Record",
    not_found: "This page was not found",
    not_found_advice: "The code may have been replaced. Scan the latest one in your home, or ask the village.",
    report_page: ReportWords {
        explanation: "With the ID number of any member of the household and the registered mobile number you can \
                      report a problem, or see earlier reports and what became of them.",
        who: "Who you are",
        captcha: "Captcha",
        captcha_answer: "Answer to the captcha",
        captcha_aloud: "Hear the captcha",
        what: "Report a problem",
        kind: "Kind of problem",
        content: "What is wrong (at most 1,000 characters)",
        submit: "Send the report",
        query: "Only see earlier reports",
        sending: "Sending…",
        unsent: "The network failed, nothing was lost: please send again.",
        own: "My reports",
        none: "None",
        opinion: "Answer",
        back: "Back to the household's page",
        done,
        mismatch: "ID number or phone differ from the register. Check them, or ask the village.",
        left: "This household is no longer registered, nothing can be reported any more.",
        busy: "The system is busy, please try again later.",
        too_many,
        incomplete: "Please correct this and send again:",
        colon: ": ",
    },
};

fn status(status: Status) -> &'static str {
    match status {
        Status::Secured => "Housing safety is secured",
        Status::Unsecured => "Housing safety is not secured",
        Status::VerifiedAgain => "Being verified again",
        Status::Left => "No longer registered",
    }
}

fn meaning(status: Status) -> Option<&'static str> {
    match status {
        Status::Secured => None,
        Status::Unsecured => Some("If you need help, call the village or the township."),
        Status::VerifiedAgain => Some("The new result will be shown here once it is there."),
        Status::Left => Some("The household moved or ended; no result is shown here any more."),
    }
}

fn ways(way: GuaranteeChoice) -> &'static str {
    match way {
        GuaranteeChoice::Appraised => "Appraisal",
        GuaranteeChoice::Renovated => "Renovation",
        GuaranteeChoice::Sheltered => "Shelter",
    }
}

fn detail(way: GuaranteeChoice) -> &'static str {
    match way {
        GuaranteeChoice::Appraised => "Grade",
        GuaranteeChoice::Renovated => "Method",
        GuaranteeChoice::Sheltered => "Safe house",
    }
}

fn details(detail: Detail) -> &'static str {
    match detail {
        Detail::None => "To be verified",
        Detail::Secured => "Secured",
        Detail::Unsecured => "Not secured",
        Detail::Appraised => "Appraised",
        Detail::AppraisedA => "A",
        Detail::AppraisedB => "B",
        Detail::Renovated => "Renovated",
        Detail::RenovatedReinforced => "Dilapidated house reinforced",
        Detail::RenovatedRebuilt => "Dilapidated house rebuilt",
        Detail::RenovatedNewlyBuilt => "Newly built",
        Detail::RenovatedPovertyRelocation => "Relocation out of poverty",
        Detail::RenovatedEcologicalMigration => "Ecological migration",
        Detail::RenovatedReservoirMigration => "Reservoir migration",
        Detail::RenovatedHazardRelocation => "Relocation from a hazard",
        Detail::RenovatedOther | Detail::ShelteredOther => "Other",
        Detail::Sheltered => "Sheltered",
        Detail::ShelteredCollectiveRental => "Public rental",
        Detail::ShelteredHappinessCompound => "Happiness compound",
        Detail::ShelteredCareHome => "Care home",
        Detail::ShelteredRelatives => "With relatives",
        Detail::ShelteredRentedOrBorrowed => "Rented or borrowed",
    }
}

fn date(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn responsible(township: &str) -> String {
    format!(" Responsible: {township}.")
}

fn call(office: &str) -> String {
    format!("Call {office}")
}

fn more_surveys(shown: usize) -> String {
    format!("The latest {shown} public surveys; long texts are cut. Ask the township for all of it.")
}

fn more_reports(shown: usize) -> String {
    format!("The latest {shown} are listed.")
}

fn reports(number: u16) -> String {
    number.to_string()
}

fn feedback_type(kind: FeedbackType) -> &'static str {
    match kind {
        FeedbackType::HouseQuality => "Quality of the house",
        FeedbackType::Subsidy => "Subsidy",
        FeedbackType::Acceptance => "Acceptance of the house",
        FeedbackType::Other => "Other",
    }
}

fn feedback_status(status: FeedbackStatus) -> &'static str {
    match status {
        FeedbackStatus::Open => "Open",
        FeedbackStatus::Handled => "Handled",
    }
}

fn done(days: i64) -> String {
    format!(
        "Your report has arrived. The township has {days} days to handle it, then it goes to the county. Its \
         answer will be on this page."
    )
}

fn too_many(minutes: i64) -> String {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("Too many attempts. Please try again in {minutes} {unit}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_with_the_month_s_name() {
        assert_eq!(date("2020-06-03".parse().unwrap()), "3 June 2020");
    }
}
