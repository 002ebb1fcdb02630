use anju_domain::feedback::Feedback;
use anju_domain::household::Refused;
use anju_domain::ids::LookupToken;
use anju_http::auth::captcha;
use anju_http::error::violation_words;
use anju_http::feedback::edit;
use anju_http::feedback::identity::PublicDoor;
use anju_http::language::Language;
use anju_http::request::path;
use anju_http::respond::html_page;
use anju_http::write::Once;
use anju_http::{Answer, ApiError};
use anju_lookup_page::{
    Filled, Notice, PageLanguage, ReportView, headers, not_found_page, report_headers, report_page,
};
use jiff::Timestamp;
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Request, RequestExt};

use crate::sent::{self, Sent};

pub struct Context {
    pub door: PublicDoor,
    pub fixed_answer: String,
}

/// What the page is to say.
#[derive(Default)]
struct Said {
    status: StatusCode,
    filled: Filled,
    notice: Option<Notice>,
    reports: Option<Vec<Feedback>>,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    // Whether the token leads anywhere is not looked up: that is told to those who prove who they are.
    let Ok(token) = path::<LookupToken>(&request, "token") else {
        return html_page(&request, StatusCode::NOT_FOUND, headers(), not_found_page().to_owned());
    };
    let language = language(&request);
    let said =
        if request.method() == Method::POST { posted(context, &request).await? } else { Said::default() };
    let now = Timestamp::now();
    let drawn = captcha::draw(&context.fixed_answer, language, now);
    context.door.control.give_captcha(&drawn.captcha).await?;
    let view = ReportView {
        language: match language {
            Language::Chinese => PageLanguage::Chinese,
            Language::English => PageLanguage::English,
        },
        token: token.as_str(),
        captcha_id: &drawn.captcha.id,
        captcha_svg: &drawn.image_svg,
        question: &drawn.question,
        filled: said.filled,
        notice: said.notice,
        reports: said.reports.as_deref(),
    };
    html_page(&request, said.status, report_headers(), report_page(&view).map_err(ApiError::internal)?)
}

/// Chosen by a link. What else chat apps add to addresses is passed over.
fn language(request: &Request) -> Language {
    match request.query_string_parameters_ref().and_then(|parameters| parameters.first("lang")) {
        Some("en") => Language::English,
        _ => Language::Chinese,
    }
}

/// Does what the form asks for. What is refused is said on the page; only our own failures are errors.
async fn posted(context: &Context, request: &Request) -> Result<Said, ApiError> {
    let (filled, sent) = sent::read(request)?;
    let done = match sent {
        Ok(sent) => carry_out(context, request, sent).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(said) => {
            // What was reported is no longer to be sent. Who it was is kept for the next step, and words that
            // weren't sent yet.
            let is_reported = matches!(said.notice, Some(Notice::Reported));
            let content = if is_reported { String::new() } else { filled.content };
            Ok(Said { filled: Filled { content, ..filled }, ..said })
        }
        Err(error) => {
            let status = error.status().0;
            Ok(Said { status, filled, notice: Some(notice(error, language(request))?), reports: None })
        }
    }
}

async fn carry_out(context: &Context, request: &Request, sent: Sent) -> Result<Said, ApiError> {
    let registry = &context.door.registry;
    let household = context.door.admit(request, &sent.identity, Timestamp::now()).await?;
    let mut said = Said::default();
    if let Some(report) = sent.report {
        // A form that is sent twice is refused for its captcha.
        let once = Once::of_anybody(request, &context.door.control)?;
        edit::report(registry, &household.id, report, None, &once).await?;
        said.notice = Some(Notice::Reported);
    }
    said.reports = Some(registry.feedback_of(&household.id).await?);
    Ok(said)
}

fn notice(error: ApiError, language: Language) -> Result<Notice, ApiError> {
    Ok(match error {
        ApiError::IdentityMismatch => Notice::Mismatch,
        ApiError::TooMany { retry_after } => Notice::TooMany(retry_after),
        ApiError::Refused(Refused::Left) => Notice::Left,
        ApiError::Busy => Notice::Busy,
        ApiError::Invalid(broken) => {
            let words = |code| violation_words(code, language);
            Notice::Problems(broken.into_iter().map(|one| (one.pointer, words(one.code))).collect())
        }
        other => return Err(other),
    })
}
