//! Which reports somebody asks for: the same in an address and in a body, but for personal data, which
//! never stands in an address.

use anju_domain::region::RegionCode;
use anju_domain::violation::ViolationCode;
use anju_query::ports::By;
use anju_store::feedback_list::{FeedbackFilter, Place};
use lambda_http::{Request, RequestExt};
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::form::{self, Fields};
use crate::page::{DEFAULT_LIMIT, MAX_LIMIT, key_of};

/// Rows that can be jumped over: further on, a cursor leads.
const MAX_SKIP: usize = 5_000;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct FeedbackQuery {
    /// Where; the caller's own region unless they name one.
    pub region: Option<RegionCode>,
    /// Which ones.
    pub filter: FeedbackFilter,
    /// Of whose households.
    pub people: Vec<By>,
    /// After this one.
    pub after: Option<Place>,
    /// This page, from 1.
    pub page: Option<usize>,
    /// Rows of a page.
    pub limit: usize,
}

impl FeedbackQuery {
    /// Rows before the page.
    pub fn skip(&self) -> usize {
        self.page.map_or(0, |page| (page - 1) * self.limit)
    }

    /// What the address asks for.
    pub fn of_address(request: &Request) -> Result<Self, ApiError> {
        let mut object = Map::new();
        for (name, value) in request.query_string_parameters_ref().into_iter().flat_map(|all| all.iter()) {
            object.insert(name.to_owned(), typed(name, value));
        }
        form::read(Value::Object(object), |fields| query(fields, Vec::new())).map_err(unknown_region)
    }

    /// What the body asks for.
    pub fn of_body(body: Value) -> Result<Self, ApiError> {
        form::read(body, |fields| {
            let name = fields.string("name").map(By::Name);
            let id = fields.parsed("id_number", ViolationCode::InvalidIdNumber).map(By::IdNumber);
            query(fields, name.into_iter().chain(id).collect())
        })
        .map_err(unknown_region)
    }
}

/// A code that is none names no region, and unknown regions are not found.
fn unknown_region(error: ApiError) -> ApiError {
    match error {
        ApiError::Invalid(broken) if broken.iter().any(|one| one.code == ViolationCode::RegionUnknown) => {
            ApiError::NotFound
        }
        other => other,
    }
}

/// A parameter of an address as a body would have it.
fn typed(name: &str, value: &str) -> Value {
    match name {
        "limit" | "page" => value.parse::<u64>().map_or_else(|_| value.into(), Value::from),
        "overdue" => value.parse::<bool>().map_or_else(|_| value.into(), Value::from),
        _ => value.into(),
    }
}

fn query(fields: &mut Fields, people: Vec<By>) -> Option<FeedbackQuery> {
    let region = fields.parsed("region", ViolationCode::RegionUnknown);
    let filter = FeedbackFilter {
        status: fields.choice("status"),
        kind: fields.choice("type"),
        overdue: fields.flag("overdue"),
    };
    let after = fields.string("cursor").and_then(|cursor| {
        let place = key_of(&cursor);
        if place.is_none() {
            fields.reject("cursor", ViolationCode::Malformed);
        }
        place
    });
    let limit = within(fields, "limit", MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let page = within(fields, "page", MAX_SKIP / limit + 1);
    if page.is_some() && after.is_some() {
        fields.reject("page", ViolationCode::NotApplicable);
    }
    Some(FeedbackQuery { region, filter, people, after, page, limit })
}

/// A number from 1 up to `most`.
fn within(fields: &mut Fields, name: &str, most: usize) -> Option<usize> {
    let number = fields.whole_number(name)?;
    let number = usize::try_from(number).ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        fields.reject(name, ViolationCode::OutOfRange);
    }
    number
}

#[cfg(test)]
mod tests {
    use anju_domain::feedback::{FeedbackStatus, FeedbackType};
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_can_be_asked_for_at_once() {
        let query = FeedbackQuery::of_body(json!({
            "region": "530627", "status": "open", "type": "subsidy", "overdue": true, "name": "测试户",
            "id_number": "11010519491231002X", "limit": 50, "page": 3,
        }))
        .unwrap();
        let filter = FeedbackFilter {
            status: Some(FeedbackStatus::Open),
            kind: Some(FeedbackType::Subsidy),
            overdue: Some(true),
        };
        assert_eq!((query.filter, query.people.len(), query.skip()), (filter, 2, 100));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let broken = |body| match FeedbackQuery::of_body(body) {
            Err(ApiError::Invalid(broken)) => (broken[0].pointer.clone(), broken[0].code),
            other => panic!("{other:?}"),
        };
        assert_eq!(broken(json!({"status": "lost"})), ("/status".to_owned(), ViolationCode::Unknown));
        assert_eq!(broken(json!({"limit": 0})), ("/limit".to_owned(), ViolationCode::OutOfRange));
        assert_eq!(broken(json!({"page": 252})), ("/page".to_owned(), ViolationCode::OutOfRange));
        assert_eq!(broken(json!({"cursor": "x"})), ("/cursor".to_owned(), ViolationCode::Malformed));
        assert_eq!(broken(json!({"colour": "x"})), ("/colour".to_owned(), ViolationCode::Unknown));
        assert!(matches!(FeedbackQuery::of_body(json!({"region": "5"})), Err(ApiError::NotFound)));
    }
}
