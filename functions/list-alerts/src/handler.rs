use anju_domain::region::RegionCode;
use anju_domain::summary::AlertKind;
use anju_domain::violation::ViolationCode;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::page::{cursor, limit, next_cursor};
use anju_http::request::{only_queries, query};
use anju_http::view::alert::AlertView;
use anju_http::{Answer, ApiError, regions, respond::json_answer};
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
    only_queries(&request, &["region", "kind", "limit", "cursor"])?;
    let named = query::<RegionCode>(&request, "region").map_err(|_| ApiError::NotFound)?;
    let region = regions::of_list(&context.registry, &caller, named.as_ref()).await?;
    let kind = kind_of(&request)?;
    let (limit, after) = (limit(&request)?, cursor(&request)?);
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

fn kind_of(request: &Request) -> Result<Option<AlertKind>, ApiError> {
    let Some(name) = query::<String>(request, "kind")? else { return Ok(None) };
    let known = AlertKind::ALL.into_iter().find(|kind| kind.name() == name);
    known.map(Some).ok_or_else(|| ApiError::invalid("/kind", ViolationCode::Unknown))
}
