use anju_domain::access::Action;
use anju_domain::region::RegionCode;
use anju_domain::summary::AlertKind;
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::list_form::{AlertQuery, alerts, read_address};
use anju_http::page::next_cursor;
use anju_http::view::alert::AlertView;
use anju_http::{Answer, ApiError, respond::json_answer};
use anju_store::entries::Entries;
use anju_store::household::AlertEntry;
use anju_store::{CounterTable, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
    pub counters: CounterTable,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let AlertQuery { region, kind, after, limit } = read_address(&request, alerts)?;
    let region = region_of(context, &caller, region).await?;
    // The counts say which kinds there are at all.
    let counted =
        context.counters.counts_of(&region).await?.map(|counts| counts.total().alerts).unwrap_or_default();
    let kinds: Vec<AlertKind> =
        counted.keys().copied().filter(|counted| kind.is_none_or(|kind| kind == *counted)).collect();
    let total: u64 = kinds.iter().filter_map(|kind| counted.get(kind)).sum();
    let names = kinds.iter().map(|kind| kind.name()).collect();
    let wanted = Entries { list: "alerts", region: &region, kinds: names, after: after.as_ref(), limit };
    let page = context.registry.entries::<AlertEntry>(&wanted).await?;
    let items = AlertView::list(&context.registry, &page.entries).await?;
    let next = page.next.as_ref().map(next_cursor);
    let as_of = Timestamp::now();
    json_answer(
        StatusCode::OK,
        &serde_json::json!({"items": items, "total": total, "next_cursor": next, "as_of": as_of}),
    )
}

/// The region asked for, which must exist and lie within the caller's; theirs unless they name one.
async fn region_of(
    context: &Context,
    caller: &Caller,
    named: Option<RegionCode>,
) -> Result<RegionCode, ApiError> {
    let Some(region) = named else { return Ok(caller.region().clone()) };
    context.registry.region(&region).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, &region)?;
    Ok(region)
}
