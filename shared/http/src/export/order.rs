//! From what was asked for to an order that can be carried out, or everything that is wrong with it.

use anju_domain::count::Counts;
use anju_domain::export::{ExportFormat, ExportKind, ExportOrder, Requester};
use anju_domain::language::Language;
use anju_domain::region::{Level, RegionCode};
use anju_domain::violation::{Violation, ViolationCode};
use serde_json::{Map, Value};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::export::form::{ExportForm, applicable};
use crate::feedback::listing::counted as counted_reports;
use crate::form::all_broken;

/// An order, and how many rows there will be where that is counted.
#[derive(Debug)]
pub struct Ordered {
    /// The order.
    pub order: ExportOrder,
    /// Rows, as far as they are counted.
    pub total: Option<u64>,
}

/// Checks what was asked for. `sent` is the body that `form` was read from, `broken` what was wrong with its fields,
/// `counts` those of the region.
pub fn order(
    form: ExportForm,
    broken: Vec<Violation>,
    sent: &Value,
    region: RegionCode,
    counts: &Counts,
) -> Result<Ordered, ApiError> {
    let kept = sent["filters"].as_object().map(said).unwrap_or_default();
    let mut rules = Vec::new();
    let total = form.kind.and_then(|kind| expected(kind, &form, counts));
    if let (Some(kind), Some(format)) = (form.kind, form.format) {
        rules.extend(broken_rules(kind, format, &form, &kept, &region, total));
    }
    let broken = all_broken(broken, rules);
    match (form.kind, form.format) {
        (Some(kind), Some(format)) if broken.is_empty() => {
            let sheet = form.sheet.unwrap_or_default();
            let (language, base_url) = (Language::Chinese, String::new());
            let order = ExportOrder { kind, format, region, filters: kept, sheet, language, base_url };
            Ok(Ordered { order, total })
        }
        _ => Err(ApiError::Invalid(broken)),
    }
}

/// Who asks.
pub fn requester(caller: &Caller) -> Requester {
    let profile = caller.account.profile.as_ref();
    Requester {
        account: caller.region().clone(),
        name: profile.map(|profile| profile.name.to_string()).unwrap_or_default(),
        position: profile.map(|profile| profile.position.to_string()).unwrap_or_default(),
    }
}

/// The filters that say something: `null` and empty texts don't.
fn said(filters: &Map<String, Value>) -> Map<String, Value> {
    let says = |value: &Value| !value.is_null() && value != "" && value != &Value::Array(Vec::new());
    filters
        .iter()
        .filter(|(_, value)| says(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn broken_rules(
    kind: ExportKind,
    format: ExportFormat,
    form: &ExportForm,
    kept: &Map<String, Value>,
    region: &RegionCode,
    total: Option<u64>,
) -> Vec<Violation> {
    let mut broken = Vec::new();
    let mut refuse = |pointer: String, code| broken.push(Violation::new(pointer, code));
    if !kind.comes_as(format) {
        refuse("/format".to_owned(), ViolationCode::NotApplicable);
    }
    for name in kept.keys().filter(|name| !applicable(kind).contains(&name.as_str())) {
        refuse(format!("/filters/{name}"), ViolationCode::NotApplicable);
    }
    if form.sheet.is_some() && kind != ExportKind::QrSheet {
        refuse("/sheet".to_owned(), ViolationCode::NotApplicable);
    }
    for (place, id) in form.filters.chosen.iter().enumerate() {
        if !region.contains(id.village().region()) {
            refuse(format!("/filters/households/{place}"), ViolationCode::Unknown);
        }
    }
    let sheet_of_all = kind == ExportKind::QrSheet && form.filters.chosen.is_empty();
    if sheet_of_all && region.level() < Level::Township {
        refuse("/region".to_owned(), ViolationCode::TooMany);
    } else if total.is_some_and(|total| total > format.most_rows()) {
        refuse("/format".to_owned(), ViolationCode::TooMany);
    }
    broken
}

/// How many rows there will be, where something counts them.
fn expected(kind: ExportKind, form: &ExportForm, counts: &Counts) -> Option<u64> {
    let filters = &form.filters;
    match kind {
        ExportKind::Households if filters.people.is_empty() && filters.households.is_counted() => {
            Some(filters.households.at_most(counts))
        }
        ExportKind::Feedback if filters.reporters.is_empty() => {
            counted_reports(&filters.feedback).map(|count| count(counts))
        }
        ExportKind::QrSheet if !filters.chosen.is_empty() => Some(filters.chosen.len() as u64),
        ExportKind::QrSheet => Some(counts.households()),
        ExportKind::Households | ExportKind::Feedback | ExportKind::Statistics => None,
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::summary::{Detail, State, Summary};
    use serde_json::json;

    use super::*;
    use crate::export::form::export;
    use crate::form::read_leniently;

    fn ordered(region: &str, body: Value) -> Result<Ordered, ApiError> {
        let household = |state| Counts::of(&Summary { state, detail: Detail::None, ..Summary::pending(2) });
        let counts = Counts::fold(&[household(State::Pending), household(State::Draft)]);
        let (form, broken) = read_leniently(body.clone(), export)?;
        order(form, broken, &body, region.parse().unwrap(), &counts)
    }

    fn broken(region: &str, body: Value) -> Vec<(String, ViolationCode)> {
        let Err(ApiError::Invalid(mut broken)) = ordered(region, body) else { panic!("accepted") };
        broken.sort();
        broken.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
    }

    #[test]
    fn any_filter_of_the_lists_can_be_ordered_and_is_kept_as_it_was_said() {
        let filters = json!({"state": "pending", "head_name": "测试户"});
        let body = json!({"kind": "households", "format": "xlsx", "filters": filters});
        let Ordered { order, total } = ordered("530627", body).unwrap();
        assert_eq!((Value::Object(order.filters.clone()), total), (filters, None));
        let again = crate::export::form::kept_filters(&order.filters).unwrap();
        assert_eq!((again.households.state, again.people.len()), (Some(State::Pending), 1));
        let counted =
            json!({"kind": "households", "format": "csv", "filters": {"state": "draft", "alert": ""}});
        let Ordered { order, total } = ordered("530627", counted).unwrap();
        assert_eq!((total, order.filters.len()), (Some(1), 1), "what is empty says nothing");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let all = json!({
            "kind": "statistics", "format": "pdf", "filters": {"state": "lost", "overdue": true}, "sheet": {"rows": 2},
            "colour": "red",
        });
        let expected = [
            ("/colour", ViolationCode::Unknown),
            ("/filters/overdue", ViolationCode::NotApplicable),
            ("/filters/state", ViolationCode::Unknown),
            ("/format", ViolationCode::NotApplicable),
            ("/sheet", ViolationCode::NotApplicable),
        ];
        assert_eq!(broken("530627", all), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        let nothing = [("/format", ViolationCode::Required), ("/kind", ViolationCode::Required)];
        assert_eq!(broken("0", json!({})), nothing.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn sheets_are_printed_for_a_township_a_village_or_chosen_households_of_ones_region() {
        let sheet = |more: Value| {
            let mut body = json!({"kind": "qr_sheet", "format": "pdf"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        assert_eq!(ordered("530627101", sheet(json!({}))).unwrap().total, Some(2));
        assert_eq!(broken("530627", sheet(json!({}))), [("/region".to_owned(), ViolationCode::TooMany)]);
        let chosen = sheet(json!({"filters": {"households": ["530627101203-1", "530628101203-1"]}}));
        let unknown = [("/filters/households/1".to_owned(), ViolationCode::Unknown)];
        assert_eq!(broken("530627", chosen), unknown);
        for (layout, wrong) in [
            (json!({"columns": 4, "rows": 6}), Some(("/sheet/rows", ViolationCode::OutOfRange))),
            (json!({"paper": "a6", "columns": 2}), Some(("/sheet/columns", ViolationCode::NotApplicable))),
            (json!({"columns": 5}), Some(("/sheet/columns", ViolationCode::OutOfRange))),
            (json!({"paper": "a6"}), None),
            (json!({"columns": 3}), None),
        ] {
            let ordered = ordered("530627101203", sheet(json!({"sheet": layout})));
            let found = match ordered {
                Err(ApiError::Invalid(broken)) => Some((broken[0].pointer.clone(), broken[0].code)),
                ordered => ordered.map(|_| None).unwrap(),
            };
            assert_eq!(found, wrong.map(|(pointer, code)| (pointer.to_owned(), code)), "{layout}");
        }
    }
}
