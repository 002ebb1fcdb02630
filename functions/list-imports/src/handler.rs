use anju_domain::access::Action;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::import_form::{ImportQuery, list};
use anju_http::language;
use anju_http::view::import::{ImportFiles, ImportView};
use anju_http::view::list::ListView;
use anju_http::{Answer, form, respond::json_answer};
use anju_store::Control;
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    caller.may(Action::Import, caller.region())?;
    let ImportQuery { after, limit } = form::read_address(&request, list)?;
    let page = context.control.imports(limit, after.as_ref()).await?;
    let language = language::preferred(request.headers());
    let view = |import| ImportView::new(import, ImportFiles::default(), language);
    let items: Vec<ImportView> = page.imports.into_iter().map(view).collect();
    json_answer(StatusCode::OK, &ListView::new(items, page.next.as_ref(), Timestamp::now()))
}
