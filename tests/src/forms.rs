//! What an officer fills in. Nobody has these names and numbers: the ID number is the standard's own
//! sample, the phones are in ranges that no network has.

use anju_domain::id_number::{IdForm, IdNumber, check_character};
use anju_domain::phone::Phone;
use anju_register::RegisterRow;
use serde_json::{Value, json};

/// Name of the person behind every account.
pub const VERIFIER: &str = "测试核验员";
/// Their phone.
pub const VERIFIER_PHONE: &str = "16000000001";
/// A valid ID number to correct one with.
pub const ID_NUMBER: &str = "11010519491231002X";
/// A valid phone to correct one with.
pub const PHONE: &str = "16000000002";

/// What the first sign-in asks for.
pub fn profile() -> Value {
    json!({"name": VERIFIER, "position": "村支书", "phone": VERIFIER_PHONE})
}

/// `form` with the fields of `more`, which replace those of the same name.
pub fn with(mut form: Value, more: Value) -> Value {
    let (Value::Object(fields), Value::Object(more)) = (&mut form, more) else {
        panic!("forms are objects");
    };
    fields.extend(more);
    form
}

/// Who verified, and when.
fn visit() -> Value {
    json!({
        "verifier": {"name": VERIFIER, "position": "村支书", "phone": VERIFIER_PHONE},
        "verified_at": "2020-06-03",
    })
}

/// Appraised as safe, grade A, with a photo.
pub fn appraised(photo_id: &str) -> Value {
    with(
        visit(),
        json!({"result": "secured", "guarantee": "appraised", "grade": "a", "photo_ids": [photo_id]}),
    )
}

/// Lives with relatives: a note, no photo.
pub fn sheltered() -> Value {
    with(
        visit(),
        json!({"result": "secured", "guarantee": "sheltered", "shelter": "relatives", "note": "住在儿子家"}),
    )
}

/// Not safe, with an explanation and no photo.
pub fn unsecured() -> Value {
    with(visit(), json!({"result": "unsecured", "explanation": "山墙开裂,尚未修缮"}))
}

/// A valid ID number of a household's own, to correct one with: nobody else in its county has it.
pub fn id_number_of(row: &RegisterRow) -> String {
    let body = format!("{}19500101{:03}", &row.village.as_str()[6..], row.number % 1000);
    format!("{body}{}", check_character(body.as_bytes()))
}

/// The form with a correction of what is not valid in the register, as completing asks for.
pub fn corrected(form: Value, row: &RegisterRow) -> Value {
    let mut correction = json!({});
    if !row.id_number.parse::<IdNumber>().is_ok_and(|id| id.form() != IdForm::Legacy) {
        correction["id_number"] = id_number_of(row).into();
    }
    if row.phone.parse::<Phone>().is_err() {
        correction["phone"] = PHONE.into();
    }
    if correction == json!({}) { form } else { with(form, json!({"correction": correction})) }
}
