use anju_domain::region::RegionCode;
use anju_domain::region_alert::{AnyAlertKind, RegionAlertKind};
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::list_form::{AlertQuery, alerts, read_address};
use anju_http::view::alert::AlertView;
use anju_http::view::list::ListView;
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
    let AlertQuery { region, kind, after, limit } = read_address(&request, alerts)?;
    let region = regions::of_list(&context.registry, &caller, region.as_ref()).await?;
    let (kinds, total) = kinds_and_total(context, &region, kind).await?;
    let page = context.registry.alerts(&region, &kinds, after.as_ref(), limit).await?;
    let items = AlertView::list(&context.registry, &page.entries).await?;
    let (total, at_least) = match total {
        Counted::Exactly(total) => (Some(total), None),
        Counted::AtLeast(total) => (None, Some(total)),
    };
    let list = ListView::new(items, page.next.as_ref(), Timestamp::now());
    json_answer(StatusCode::OK, &list.of_total(total).of_at_least(at_least))
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
