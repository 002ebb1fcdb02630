use anju_domain::region::RegionCode;
use anju_domain::region_alert::{AnyAlertKind, RegionAlertKind};
use anju_domain::violation::ViolationCode;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::page::{cursor, limit, next_cursor};
use anju_http::request::{only_queries, query};
use anju_http::view::alert::AlertView;
use anju_http::{Answer, ApiError, regions, respond::json_answer};
use anju_store::alert_list::Counted;
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
    let (kinds, total) = kinds_and_total(context, &region, kind).await?;
    let page = context.registry.alerts(&region, &kinds, after.as_ref(), limit).await?;
    let items = AlertView::list(&context.registry, &page.entries).await?;
    let next = page.next.as_ref().map(next_cursor);
    let mut body = serde_json::json!({"items": items, "next_cursor": next, "as_of": Timestamp::now()});
    match total {
        Counted::Exactly(total) => body["total"] = total.into(),
        Counted::AtLeast(total) => {
            body["total"] = serde_json::Value::Null;
            body["total_is_at_least"] = total.into();
        }
    }
    json_answer(StatusCode::OK, &body)
}

/// The kinds that are wanted and there, and how many alerts they are: of households the counts say both,
/// those of regions are counted in their lists.
async fn kinds_and_total(
    context: &Context,
    region: &RegionCode,
    wanted: Option<AnyAlertKind>,
) -> Result<(Vec<AnyAlertKind>, Counted), ApiError> {
    let counts = context.counters.counts_of(region).await?;
    let counted = counts.map(|counts| counts.total().alerts).unwrap_or_default();
    let is_wanted = |kind: &AnyAlertKind| wanted.is_none_or(|wanted| wanted == *kind);
    let mut kinds = Vec::new();
    let (mut total, mut exact) = (0, true);
    for (kind, count) in counted {
        let kind = AnyAlertKind::OfHousehold(kind);
        if is_wanted(&kind) {
            kinds.push(kind);
            total += count;
        }
    }
    for kind in RegionAlertKind::ALL {
        if !is_wanted(&AnyAlertKind::OfRegion(kind)) {
            continue;
        }
        kinds.push(AnyAlertKind::OfRegion(kind));
        let (count, all) = match context.registry.count_region_alerts(region, kind).await? {
            Counted::Exactly(count) => (count, true),
            Counted::AtLeast(count) => (count, false),
        };
        total += count;
        exact &= all;
    }
    Ok((kinds, if exact { Counted::Exactly(total) } else { Counted::AtLeast(total) }))
}

fn kind_of(request: &Request) -> Result<Option<AnyAlertKind>, ApiError> {
    let Some(name) = query::<String>(request, "kind")? else { return Ok(None) };
    name.parse().map(Some).map_err(|_| ApiError::invalid("/kind", ViolationCode::Unknown))
}
