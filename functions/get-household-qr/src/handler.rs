use anju_domain::access::Action;
use anju_domain::household::Refused;
use anju_domain::ids::HouseholdId;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::request::{base_url, path};
use anju_http::{Answer, ApiError, respond::answer};
use anju_lookup_page::{qr_png, qr_svg};
use anju_store::Registry;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request, RequestExt};

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
    pub public_base_url: String,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let id: HouseholdId = path(&request, "id")?;
    caller.may_with(Action::Read, &id)?;
    let household = context.registry.household(&id).await?.ok_or(ApiError::NotFound)?;
    let token = household.lookup.ok_or(ApiError::Refused(Refused::NotCompleted))?;
    let url = format!("{}/q/{token}", base_url(&request, &context.public_base_url));
    if request.raw_http_path().ends_with(".png") {
        let png = qr_png(&url).map_err(ApiError::internal)?;
        return answer(StatusCode::OK, "image/png", Body::Binary(png));
    }
    let svg = qr_svg(&url).map_err(ApiError::internal)?;
    answer(StatusCode::OK, "image/svg+xml", Body::Text(svg))
}
