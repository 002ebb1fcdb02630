//! What a list of households is asked for, in the address or in a body.

use anju_domain::id_number::IdNumber;
use anju_domain::ids::HouseholdId;
use anju_domain::summary::State;
use anju_domain::text::Name;
use anju_domain::violation::ViolationCode;
use anju_query::ports::{By, Role, Sought};
use anju_query::{Filter, HouseholdQuery, Start};
use lambda_http::Request;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::form::{self, Fields};
use crate::page::{MAX_PAGE, key_of, limit};

/// A query, and the region that it names.
#[derive(Debug)]
pub struct Asked {
    /// The region's code as it was sent; the caller's own region where it is missing.
    pub region: Option<String>,
    /// What is to be listed.
    pub query: HouseholdQuery,
    /// The page that was jumped to; 1 for a list from its start, none behind a cursor.
    pub page: Option<u64>,
}

/// From the address, where personal data never stands: names and ID numbers are unknown there.
pub fn from_address(request: &Request) -> Result<Asked, ApiError> {
    form::read_address(request, parameters)
}

/// From a body.
pub fn from_body(body: Value) -> Result<Asked, ApiError> {
    form::read(body, body_fields)
}

/// The parameters of the address.
pub fn parameters(fields: &mut Fields) -> Option<Asked> {
    asked(fields, Vec::new())
}

/// The fields of the body.
pub fn body_fields(fields: &mut Fields) -> Option<Asked> {
    let people = people(fields);
    asked(fields, people)
}

fn asked(fields: &mut Fields, people: Vec<Sought>) -> Option<Asked> {
    let region = fields.string("region");
    let filter = filter(fields);
    let limit = limit(fields);
    let (start, page) = start(fields, limit)?;
    Some(Asked { region, query: HouseholdQuery { filter, people, start, limit }, page })
}

/// What the households are to be like.
pub(crate) fn filter(fields: &mut Fields) -> Filter {
    Filter {
        state: state(fields),
        result: fields.choice("result"),
        guarantee: fields.choice("guarantee"),
        detail: fields.parsed("detail", ViolationCode::Unknown),
        alert: fields.choice("alert"),
    }
}

/// States of households that are listed: those that left are not.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ListedState {
    Pending,
    Draft,
    Completed,
}

fn state(fields: &mut Fields) -> Option<State> {
    Some(match fields.choice("state")? {
        ListedState::Pending => State::Pending,
        ListedState::Draft => State::Draft,
        ListedState::Completed => State::Completed,
    })
}

/// Where the page starts, and which it is as far as that is known.
fn start(fields: &mut Fields, limit: usize) -> Option<(Start, Option<u64>)> {
    let (cursor, page) = (fields.string("cursor"), fields.whole_number("page", 1, MAX_PAGE));
    if cursor.is_some() && page.is_some() {
        fields.reject("page", ViolationCode::NotApplicable);
    }
    if let Some(cursor) = cursor {
        let key: Option<HouseholdId> = key_of(&cursor);
        if key.is_none() {
            fields.reject("cursor", ViolationCode::Malformed);
        }
        return Some((Start::After(key?), None));
    }
    let page = page.unwrap_or(1);
    Some((Start::Skip((page - 1).saturating_mul(limit as u64)), Some(page)))
}

/// Who is to live in them.
pub(crate) fn people(fields: &mut Fields) -> Vec<Sought> {
    let each = [("head", Role::Head), ("member", Role::Member)].into_iter().flat_map(|(person, role)| {
        let name: Option<Name> = fields.text(&format!("{person}_name"));
        // In any form that the register holds, the old one of 15 digits too.
        let id: Option<IdNumber> = fields.parsed(&format!("{person}_id"), ViolationCode::InvalidIdNumber);
        let by = [id.map(By::IdNumber), name.map(|name| By::Name(name.as_str().to_owned()))];
        by.into_iter().flatten().map(move |by| Sought { role, by })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use anju_domain::draft::GuaranteeChoice;
    use anju_domain::summary::{AlertKind, Detail};
    use lambda_http::{RequestExt, http};
    use serde_json::json;

    use super::*;
    use crate::page::next_cursor;

    fn address(parameters: &[(&str, &str)]) -> Result<Asked, ApiError> {
        let mut map: std::collections::HashMap<String, Vec<String>> = std::collections::HashMap::new();
        for (name, value) in parameters {
            map.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let request: Request = http::Request::new(lambda_http::Body::Empty);
        from_address(&request.with_query_string_parameters(map))
    }

    fn broken(outcome: Result<Asked, ApiError>) -> Vec<(String, ViolationCode)> {
        let Err(ApiError::Invalid(mut broken)) = outcome else { panic!("accepted") };
        broken.sort();
        broken.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
    }

    #[test]
    fn address_and_body_say_the_same() {
        let asked = address(&[
            ("region", "530627"),
            ("state", "completed"),
            ("guarantee", "sheltered"),
            ("detail", "sheltered_relatives"),
            ("alert", "photo_far"),
            ("limit", "50"),
            ("page", "3"),
        ])
        .unwrap();
        let same = from_body(json!({
            "region": "530627", "state": "completed", "guarantee": "sheltered", "alert": "photo_far",
            "detail": "sheltered_relatives", "limit": 50, "page": 3,
        }))
        .unwrap();
        for asked in [asked, same] {
            let expected = Filter {
                state: Some(State::Completed),
                result: None,
                guarantee: Some(GuaranteeChoice::Sheltered),
                detail: Some(Detail::ShelteredRelatives),
                alert: Some(AlertKind::PhotoFar),
            };
            assert_eq!(asked.query.filter, expected);
            assert_eq!((asked.query.limit, asked.query.start, asked.page), (50, Start::Skip(100), Some(3)));
            assert_eq!(asked.region.as_deref(), Some("530627"));
        }
    }

    #[test]
    fn a_list_starts_at_its_first_page_and_has_twenty() {
        let asked = address(&[("region", "")]).unwrap();
        assert_eq!((asked.query.limit, asked.query.start, asked.page), (20, Start::Skip(0), Some(1)));
        assert!(asked.region.is_none() && asked.query.filter.is_empty());
    }

    #[test]
    fn a_cursor_leads_behind_the_last_household_and_excludes_a_page() {
        let last: HouseholdId = "530627101203-17".parse().unwrap();
        let cursor = next_cursor(&last);
        let asked = address(&[("cursor", &cursor)]).unwrap();
        assert_eq!((asked.query.start, asked.page), (Start::After(last), None));
        let both = address(&[("cursor", &cursor), ("page", "2")]);
        assert_eq!(broken(both), [("/page".to_owned(), ViolationCode::NotApplicable)]);
        for wrong in ["x", "MTIz", "====", "530627101203-17"] {
            let found = broken(address(&[("cursor", wrong)]));
            assert_eq!(found, [("/cursor".to_owned(), ViolationCode::Malformed)], "{wrong}");
        }
    }

    #[test]
    fn everything_wrong_with_a_query_is_reported_at_once() {
        let found = broken(address(&[
            ("state", "left"),
            ("result", "safe"),
            ("detail", "appraised_c"),
            ("alert", "none"),
            ("limit", "101"),
            ("page", "0"),
            ("head_name", "张三"),
        ]));
        let expected = [
            ("/alert", ViolationCode::Unknown),
            ("/detail", ViolationCode::Unknown),
            ("/head_name", ViolationCode::Unknown),
            ("/limit", ViolationCode::OutOfRange),
            ("/page", ViolationCode::OutOfRange),
            ("/result", ViolationCode::Unknown),
            ("/state", ViolationCode::Unknown),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        for (name, value) in [("limit", "0"), ("limit", "-1"), ("limit", "x"), ("page", "1.5")] {
            assert!(address(&[(name, value)]).is_err(), "{name}={value}");
        }
    }

    #[test]
    fn id_numbers_are_searched_in_any_form_but_valid() {
        for form in [
            "11010519491231002X",
            "11010519491231002x42",
            "110105491231002",
            "１１０１０５１９４９１２３１００２Ｘ",
        ] {
            let asked = from_body(json!({"member_id": form})).unwrap();
            let [Sought { role: Role::Member, by: By::IdNumber(id) }] = &asked.query.people[..] else {
                panic!("{form}")
            };
            assert_eq!(id.normalized(), "11010519491231002X", "{form}");
        }
        let found = broken(from_body(json!({"head_id": "110105194912310021", "member_id": "1"})));
        let expected = ["/head_id", "/member_id"];
        assert_eq!(found, expected.map(|pointer| (pointer.to_owned(), ViolationCode::InvalidIdNumber)));
    }

    #[test]
    fn names_are_trimmed_as_those_of_the_register() {
        let asked = from_body(json!({"head_name": " 张三 ", "member_name": "李四"})).unwrap();
        let sought = |role, name: &str| Sought { role, by: By::Name(name.to_owned()) };
        assert_eq!(asked.query.people, [sought(Role::Head, "张三"), sought(Role::Member, "李四")]);
        assert!(!format!("{asked:?}").contains("张三"), "names are never printed");
    }
}
