//! Which reports somebody asks for: the same in an address and in a body, but for personal data, which
//! never stands in an address.

use anju_domain::ids::FeedbackId;
use anju_domain::region::RegionCode;
use anju_domain::text::Name;
use anju_domain::violation::ViolationCode;
use anju_query::ports::By;
use anju_store::feedback_list::FeedbackFilter;
use lambda_http::Request;
use serde_json::Value;

use crate::error::ApiError;
use crate::form::{self, Fields};
use crate::list_form::{read_address, region, unknown_region};
use crate::timeline::Span;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct FeedbackQuery {
    /// Where; the caller's own region unless they name one.
    pub region: Option<RegionCode>,
    /// Which ones.
    pub filter: FeedbackFilter,
    /// Of whose households.
    pub people: Vec<By>,
    /// Which part of them.
    pub span: Span<FeedbackId>,
}

impl FeedbackQuery {
    /// What the address asks for.
    pub fn of_address(request: &Request) -> Result<Self, ApiError> {
        read_address(request, parameters)
    }

    /// What the body asks for.
    pub fn of_body(body: Value) -> Result<Self, ApiError> {
        form::read(body, body_fields).map_err(unknown_region)
    }
}

/// The parameters of the address.
pub fn parameters(fields: &mut Fields) -> Option<FeedbackQuery> {
    query(fields, Vec::new())
}

/// The fields of the body.
pub fn body_fields(fields: &mut Fields) -> Option<FeedbackQuery> {
    let people = people(fields);
    query(fields, people)
}

/// Of whose households the reports are to be.
pub(crate) fn people(fields: &mut Fields) -> Vec<By> {
    let name = fields.text("name").map(|name: Name| By::Name(name.as_str().to_owned()));
    let id = fields.parsed("id_number", ViolationCode::InvalidIdNumber).map(By::IdNumber);
    name.into_iter().chain(id).collect()
}

/// What the reports are to be like.
pub(crate) fn conditions(fields: &mut Fields) -> FeedbackFilter {
    FeedbackFilter {
        status: fields.choice("status"),
        kind: fields.choice("type"),
        overdue: fields.flag("overdue"),
    }
}

fn query(fields: &mut Fields, people: Vec<By>) -> Option<FeedbackQuery> {
    let region = region(fields);
    let filter = conditions(fields);
    Some(FeedbackQuery { region, filter, people, span: Span::of(fields) })
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
        assert_eq!((query.filter, query.people.len(), query.span.skip()), (filter, 2, 100));
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
