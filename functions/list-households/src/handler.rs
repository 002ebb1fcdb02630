use anju_domain::access::Action;
use anju_domain::household::Household;
use anju_domain::region::RegionCode;
use anju_domain::summary::State;
use anju_domain::violation::ViolationCode;
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::page::{cursor, limit, next_cursor};
use anju_http::request::{only_queries, query};
use anju_http::view::household::{HouseholdItem, Numbers};
use anju_http::view::region::VillageView;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::list::{HouseholdFilter, HouseholdLists};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

pub struct Context {
    pub auth: Authenticator,
    pub lists: HouseholdLists,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    only_queries(&request, &["region", "state", "limit", "cursor"])?;
    let region = region_of(context, &request, &caller).await?;
    let filter = HouseholdFilter { state: state_of(&request)? };
    let (limit, after) = (limit(&request)?, cursor(&request)?);
    let page = context.lists.page(&region, filter, after.as_ref(), limit).await?;
    let items = items(context, &caller, &page.households).await?;
    let next = page.next.as_ref().map(next_cursor);
    let as_of = Timestamp::now();
    json_answer(
        StatusCode::OK,
        &json!({"items": items, "total": page.total, "next_cursor": next, "as_of": as_of}),
    )
}

/// The region asked for, which must exist and lie within the caller's; theirs unless they name one.
async fn region_of(context: &Context, request: &Request, caller: &Caller) -> Result<RegionCode, ApiError> {
    let Some(region) = query::<RegionCode>(request, "region").map_err(|_| ApiError::NotFound)? else {
        return Ok(caller.region().clone());
    };
    context.lists.registry.region(&region).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, &region)?;
    Ok(region)
}

fn state_of(request: &Request) -> Result<Option<State>, ApiError> {
    match query::<String>(request, "state")?.as_deref() {
        None => Ok(None),
        Some("pending") => Ok(Some(State::Pending)),
        Some("draft") => Ok(Some(State::Draft)),
        Some("completed") => Ok(Some(State::Completed)),
        Some(_) => Err(ApiError::invalid("/state", ViolationCode::Unknown)),
    }
}

async fn items(
    context: &Context,
    caller: &Caller,
    households: &[Household],
) -> Result<Vec<HouseholdItem>, ApiError> {
    let villages = households.iter().map(|household| household.id.village().region());
    let paths = villages.flat_map(|village| village.ancestors().into_iter().skip(1).chain([village.clone()]));
    let names = context.lists.registry.regions(paths).await?;
    let numbers = Numbers::for_caller(caller.sees_full_numbers());
    let item = |household: &Household| {
        let village = household.id.village().region();
        let path = names.values().filter(|region| region.code.contains(village)).cloned().collect();
        HouseholdItem::new(household, VillageView::new(village, path), numbers)
    };
    households.iter().map(item).collect()
}
