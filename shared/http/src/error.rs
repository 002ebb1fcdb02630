//! Every way in which a call can fail, and the one mapping to HTTP (RFC 9457).

use anju_domain::access::Denied;
use anju_domain::household::Refused;
use anju_domain::violation::{Violation, ViolationCode};
use anju_store::StoreError;
use lambda_http::http::StatusCode;

use crate::language::Language;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No access token, or not a valid one.
    #[error("no valid access token")]
    Unauthorized,
    /// Account and password don't fit, or there is no such account: never said which.
    #[error("invalid credentials")]
    InvalidCredentials,
    /// The first sign-in is not finished.
    #[error("profile incomplete")]
    ProfileIncomplete,
    /// The account may not see or do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such thing, or it lies outside the account's region.
    #[error("not found")]
    NotFound,
    /// No operation has this path.
    #[error("unknown path")]
    UnknownPath,
    /// The path has operations, but none of this method.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that it has, as `Allow` names them.
        allowed: String,
    },
    /// The body is not JSON.
    #[error("malformed body")]
    Malformed,
    /// The body is of another media type.
    #[error("unsupported media type")]
    UnsupportedMediaType,
    /// The body is larger than any body may be.
    #[error("body too large")]
    TooLarge,
    /// Rules are broken: all of them.
    #[error("invalid")]
    Invalid(Vec<Violation>),
    /// The call needs `If-Match`.
    #[error("precondition required")]
    PreconditionRequired,
    /// The record was edited since the client read it.
    #[error("stale version")]
    Stale {
        /// The record as it is now.
        current: Box<serde_json::Value>,
    },
    /// The household's state doesn't allow it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The numbers aren't those of the household, or there is no such household: never said which.
    #[error("identity mismatch")]
    IdentityMismatch,
    /// After too many wrong passwords a captcha must be solved.
    #[error("captcha required")]
    CaptchaRequired,
    /// Too many attempts; the time to wait.
    #[error("too many attempts")]
    TooMany {
        /// Seconds until the next attempt makes sense.
        retry_after: i64,
    },
    /// There is an account already.
    #[error("account exists")]
    AccountExists,
    /// The Idempotency-Key was used for another body.
    #[error("idempotency key reused")]
    IdempotencyKeyReused,
    /// Too many others changed the same thing at once.
    #[error("busy")]
    Busy,
    /// Something that is not the client's fault.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => ApiError::Busy,
            StoreError::Unavailable { .. }
            | StoreError::Corrupt { .. }
            | StoreError::NotConfigured(_)
            | StoreError::TooLarge => ApiError::Internal(Box::new(error)),
        }
    }
}

impl ApiError {
    /// Rules broken at one place.
    pub fn invalid(pointer: &str, code: ViolationCode) -> ApiError {
        ApiError::Invalid(vec![Violation::new(pointer, code)])
    }

    /// Something that is not the client's fault.
    pub fn internal(error: impl std::error::Error + Send + Sync + 'static) -> ApiError {
        ApiError::Internal(Box::new(error))
    }

    /// HTTP status and stable code.
    pub fn status(&self) -> (StatusCode, &'static str) {
        match self {
            ApiError::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            ApiError::InvalidCredentials => (StatusCode::UNAUTHORIZED, "invalid_credentials"),
            ApiError::ProfileIncomplete => (StatusCode::FORBIDDEN, "profile_incomplete"),
            ApiError::Denied(Denied::OutsideRegion) => (StatusCode::FORBIDDEN, "outside_region"),
            ApiError::Denied(Denied::NotAllowed) => (StatusCode::FORBIDDEN, "not_allowed"),
            ApiError::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            ApiError::UnknownPath => (StatusCode::NOT_FOUND, "not_found"),
            ApiError::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            ApiError::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
            ApiError::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            ApiError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            ApiError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            ApiError::PreconditionRequired => (StatusCode::PRECONDITION_REQUIRED, "precondition_required"),
            ApiError::Stale { .. } => (StatusCode::PRECONDITION_FAILED, "stale"),
            ApiError::Refused(Refused::Completed) => (StatusCode::CONFLICT, "completed"),
            ApiError::Refused(Refused::NotCompleted) => (StatusCode::CONFLICT, "not_completed"),
            ApiError::Refused(Refused::Left) => (StatusCode::CONFLICT, "household_left"),
            ApiError::Refused(Refused::DeadlineOver) => (StatusCode::CONFLICT, "deadline_over"),
            ApiError::Refused(Refused::AlreadyHandled) => (StatusCode::CONFLICT, "already_handled"),
            ApiError::IdentityMismatch => (StatusCode::FORBIDDEN, "identity_mismatch"),
            ApiError::CaptchaRequired => (StatusCode::UNPROCESSABLE_ENTITY, "captcha_required"),
            ApiError::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            ApiError::AccountExists => (StatusCode::CONFLICT, "account_exists"),
            ApiError::IdempotencyKeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
            ApiError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            ApiError::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// What people read: what it is, and what to do.
    pub fn words(&self, language: Language) -> (&'static str, &'static str) {
        let (title, detail) = self.both_words();
        (language.pick(title.0, title.1), language.pick(detail.0, detail.1))
    }

    fn both_words(&self) -> (Words, Words) {
        match self {
            ApiError::Unauthorized => (("未登录", "Not signed in"), ("请重新登录。", "Sign in again.")),
            ApiError::InvalidCredentials => (
                ("账号或密码错误", "Wrong account or password"),
                (
                    "请检查账号(行政区划代码)和密码后重试。",
                    "Check the account (the region code) and the password.",
                ),
            ),
            ApiError::ProfileIncomplete => (
                ("首次登录未完成", "First sign-in not finished"),
                (
                    "请先填写姓名、职务、手机号并修改初始密码。",
                    "First give name, position and mobile phone and change the initial password.",
                ),
            ),
            ApiError::Denied(Denied::OutsideRegion) => (
                ("不在本辖区", "Outside your region"),
                ("只能查看本辖区的数据。", "You can see the data of your own region only."),
            ),
            ApiError::Denied(Denied::NotAllowed) => (
                ("没有权限", "Not allowed"),
                ("本级账号不能进行此操作。", "Accounts of your level can't do this."),
            ),
            ApiError::NotFound => (
                ("未找到", "Not found"),
                ("该记录不存在或不在本辖区。", "It doesn't exist or lies outside your region."),
            ),
            ApiError::UnknownPath => (
                ("没有此地址", "No such path"),
                ("请检查请求地址。", "Check the address: /openapi.json has all there are."),
            ),
            ApiError::MethodNotAllowed { .. } => (
                ("不支持此方法", "Method not allowed"),
                ("请使用 Allow 中列出的方法。", "Use one of the methods that Allow names."),
            ),
            ApiError::Malformed => (
                ("请求格式错误", "Malformed request"),
                ("请求内容不是有效的 JSON。", "The body is not valid JSON."),
            ),
            ApiError::UnsupportedMediaType => (
                ("不支持的内容类型", "Unsupported media type"),
                ("请以 application/json 提交。", "Send application/json."),
            ),
            ApiError::TooLarge => (("内容过大", "Too large"), ("请减少提交的内容。", "Send less at once.")),
            ApiError::Invalid(_) => (
                ("填写有误", "Invalid"),
                ("请按提示修改后重新提交。", "Correct the fields listed and send again."),
            ),
            ApiError::PreconditionRequired => (
                ("缺少版本号", "Version required"),
                ("请在 If-Match 中给出所读取的版本。", "Send If-Match with the version that you read."),
            ),
            ApiError::Stale { .. } => (
                ("记录已被修改", "Changed meanwhile"),
                (
                    "他人已修改此记录,请对照当前内容后重新提交。",
                    "Somebody changed the record: compare with the current one and send again.",
                ),
            ),
            ApiError::Refused(refused) => refused_words(*refused),
            ApiError::IdentityMismatch => (
                ("身份信息不符", "Not recognised"),
                (
                    "身份证号或手机号与登记信息不符,请核对后重试,或联系村干部。",
                    "The ID number or the phone is not the household's: check them, or ask the village officer.",
                ),
            ),
            ApiError::CaptchaRequired => (
                ("需要验证码", "Captcha required"),
                (
                    "密码多次错误,请填写验证码后重试。",
                    "After several wrong passwords a captcha must be solved.",
                ),
            ),
            ApiError::TooMany { .. } => {
                (("尝试次数过多", "Too many attempts"), ("请稍后再试。", "Wait before you try again."))
            }
            ApiError::AccountExists => (
                ("账号已存在", "The account exists"),
                (
                    "该行政区划已有账号,如需新密码请重置。",
                    "The region has its account: reset it for a new password.",
                ),
            ),
            ApiError::IdempotencyKeyReused => (
                ("幂等键重复使用", "Idempotency key reused"),
                ("此 Idempotency-Key 已用于其他内容。", "This Idempotency-Key was used for another body."),
            ),
            ApiError::Busy => (("系统繁忙", "Busy"), ("请稍后重试。", "Try again in a moment.")),
            ApiError::Internal(_) => (
                ("系统错误", "Internal error"),
                (
                    "请稍后重试;如仍失败,请报告请求编号。",
                    "Try again later; if it persists, report the request id.",
                ),
            ),
        }
    }
}

/// Chinese and English.
type Words = (&'static str, &'static str);

fn refused_words(refused: Refused) -> (Words, Words) {
    match refused {
        Refused::Completed => (
            ("已核验完成", "Already completed"),
            ("核验已完成,请直接更正后再次完成。", "It is completed: correct it by completing it again."),
        ),
        Refused::NotCompleted => {
            (("尚未核验完成", "Not completed"), ("请先完成核验。", "Complete the verification first."))
        }
        Refused::Left => (
            ("该户已迁出", "The household has left"),
            ("该户已迁出或注销,不再核验。", "It moved away or ended."),
        ),
        Refused::DeadlineOver => (
            ("核验已截止", "The deadline is over"),
            ("核验截止日期已过,记录只读。", "The deadline is over: records are read-only."),
        ),
        Refused::AlreadyHandled => (
            ("已处理", "Already handled"),
            ("该反映已处理,无需重复操作。", "Somebody handled this report already."),
        ),
    }
}

/// What people read about one field.
pub fn violation_words(code: ViolationCode, language: Language) -> &'static str {
    let (chinese, english) = match code {
        ViolationCode::Required => ("此项必填。", "This field is required."),
        ViolationCode::Unknown => ("未知的字段或取值。", "Unknown field or value."),
        ViolationCode::WrongType => ("数据类型错误。", "Wrong type."),
        ViolationCode::NotApplicable => {
            ("此项不适用于所选内容。", "This field doesn't apply to what was chosen.")
        }
        ViolationCode::TooLong => ("内容过长。", "The text is too long."),
        ViolationCode::Malformed => ("格式错误。", "Malformed."),
        ViolationCode::OutOfRange => ("数值超出范围。", "Out of range."),
        ViolationCode::TooMany => (
            "超过一个文件的上限:请缩小行政区划、增加筛选条件,或改用 CSV。",
            "More than one file can hold: choose a smaller region, more filters, or csv.",
        ),
        ViolationCode::InvalidIdNumber => (
            "身份证号应为18位(或20位残疾人证号)且校验码正确。",
            "Give a valid ID number of 18 (or 20) characters.",
        ),
        ViolationCode::InvalidPhone => ("请填写11位手机号。", "Give a mobile number of 11 digits."),
        ViolationCode::InvalidTime => ("请填写日期或带时区的时间。", "Give a date, or a time with offset."),
        ViolationCode::InFuture => ("时间不能晚于现在。", "The time lies in the future."),
        ViolationCode::PhotoRequired => ("请上传房屋正立面全景照片。", "A front panorama photo is required."),
        ViolationCode::PhotoUnknown => ("照片不存在。", "There is no such photo."),
        ViolationCode::PhotoNotUploaded => ("照片尚未上传完成。", "The photo has not been uploaded yet."),
        ViolationCode::PhotoRejected => {
            ("照片无法使用,请重新拍摄。", "The photo can't be used: take another.")
        }
        ViolationCode::PhotoOfOtherHousehold => {
            ("照片属于其他农户。", "The photo belongs to another household.")
        }
        ViolationCode::PhotoOfOtherPurpose => ("照片用途不符。", "The photo was taken for another purpose."),
        ViolationCode::NoteRequired => ("请填写备注。", "A note is required."),
        ViolationCode::ExplanationRequired => ("请填写未保障情况说明。", "An explanation is required."),
        ViolationCode::WeakPassword => (
            "密码须为8至20位,含数字、大写字母、小写字母和符号。",
            "Use 8 to 20 characters with digits, upper case, lower case and a symbol.",
        ),
        ViolationCode::CaptchaRequired => ("请填写验证码。", "Solve the captcha."),
        ViolationCode::WrongCaptcha => {
            ("验证码错误或已失效,请换一个。", "The captcha is wrong or too old: get another.")
        }
        ViolationCode::DefaultPasswordNotAllowed => {
            ("本环境不允许使用默认初始密码。", "Default passwords are not issued here: use random ones.")
        }
        ViolationCode::RegionUnknown => ("行政区划不存在。", "There is no such region."),
        ViolationCode::WrongPassword => ("原密码错误。", "The old password is wrong."),
    };
    language.pick(chinese, english)
}
