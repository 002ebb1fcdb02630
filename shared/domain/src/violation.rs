//! Broken rules, all of them at once, each with the place in the form that it concerns.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is wrong with one field. The codes are part of the HTTP contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViolationCode {
    /// The field is missing and must be there.
    Required,
    /// The field or the value is not one of those known.
    Unknown,
    /// The value has another JSON type than the field.
    WrongType,
    /// The field doesn't apply to the chosen result.
    NotApplicable,
    /// The text is too long.
    TooLong,
    /// The text holds what can't be stored or is otherwise malformed.
    Malformed,
    /// A number lies outside its range.
    OutOfRange,
    /// More than one file can hold.
    TooMany,
    /// Not a valid ID number of 18 or 20 characters.
    InvalidIdNumber,
    /// Not a mobile number.
    InvalidPhone,
    /// Neither a date nor a time with offset.
    InvalidTime,
    /// The time lies in the future.
    InFuture,
    /// This result needs a photo.
    PhotoRequired,
    /// No photo of this id exists.
    PhotoUnknown,
    /// The photo was announced but its file has not arrived.
    PhotoNotUploaded,
    /// The photo can't be used, its file is no readable picture.
    PhotoRejected,
    /// The photo belongs to another household.
    PhotoOfOtherHousehold,
    /// The photo was taken for another purpose.
    PhotoOfOtherPurpose,
    /// This guarantee needs a note.
    NoteRequired,
    /// `unsecured` needs an explanation.
    ExplanationRequired,
    /// The new password is too weak.
    WeakPassword,
    /// A captcha must be solved first.
    CaptchaRequired,
    /// The captcha's answer is wrong, or it was used or is too old.
    WrongCaptcha,
    /// This stage issues no well-known passwords.
    DefaultPasswordNotAllowed,
    /// There is no such region.
    RegionUnknown,
    /// The old password is not the current one.
    WrongPassword,
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the field.
    pub pointer: String,
    /// What is wrong with it.
    pub code: ViolationCode,
}

impl Violation {
    /// A broken rule at `pointer`.
    pub fn new(pointer: impl Into<String>, code: ViolationCode) -> Self {
        Violation { pointer: pointer.into(), code }
    }
}
