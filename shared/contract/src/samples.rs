//! Examples that several operations share. Their people are made up.

use serde_json::{Value, json};

pub(crate) const HOUSEHOLD: &str = "530627101203-17";
pub(crate) const PHOTO: &str = "530627101203-17-0190163d8f3a7c51b2d4e6f8a0b1c2d3";
pub(crate) const FEEDBACK: &str = "530627101203-17-0190163e1c2b7d40a1b2c3d4e5f60718";
pub(crate) const SURVEY: &str = "530627101203-17-0190163f5a6b7c8d90e1f2a3b4c5d6e7";
pub(crate) const EXPORT: &str = "530627101-0190164a7b8c7d9e8f01a2b3c4d5e6f7";
pub(crate) const IMPORT: &str = "0190163d8f3a7c51b2d4e6f8a0b1c2d3";
pub(crate) const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
pub(crate) const ID_NUMBER: &str = "11010519491231002X";
pub(crate) const PHONE: &str = "16000000001";
const SVG: &str = "/v1/households/530627101203-17/qr.svg";

pub(crate) fn account() -> Value {
    json!({
        "id": "530627101203",
        "region": {"code": "530627101203", "name": "云岭村", "level": "village"},
        "role": "officer", "name": "王小明", "position": "驻村第一书记", "phone": PHONE, "profile_complete": true,
    })
}

pub(crate) fn account_item() -> Value {
    json!({
        "id": "530627101203",
        "region": {"code": "530627101203", "name": "云岭村", "level": "village"},
        "role": "officer", "issued": true, "disabled": false, "first_sign_in_done": true,
        "name": "王小明", "position": "驻村第一书记", "phone": PHONE,
    })
}

pub(crate) fn issued() -> Value {
    json!({"account": "530627101203", "issued": true, "initial_password": "k7Rm#2xQpW9d", "valid_until": null})
}

pub(crate) fn session() -> Value {
    json!({
        "access_token": "eyJ0eXAiOiJKV1Qi…", "refresh_token": "530627101203.7f0c…", "expires_in": 900,
        "account": account(),
    })
}

pub(crate) fn village() -> Value {
    json!({
        "code": "530627101203", "name": "云岭村",
        "path": [
            {"code": "53", "name": "云南省"}, {"code": "5306", "name": "昭通市"}, {"code": "530627", "name": "镇雄县"},
            {"code": "530627101", "name": "果珠乡"}, {"code": "530627101203", "name": "云岭村"},
        ],
    })
}

fn head() -> Value {
    json!({"name": "张三", "id_number": ID_NUMBER, "phone": PHONE})
}

pub(crate) fn form() -> Value {
    json!({
        "verifier": {"name": "王小明", "position": "驻村第一书记", "phone": PHONE},
        "verified_at": "2020-06-03", "result": "secured", "guarantee": "appraised", "grade": "a",
        "photo_ids": [PHOTO],
    })
}

pub(crate) fn photo() -> Value {
    json!({
        "photo_id": PHOTO, "purpose": "verification", "source": "camera", "state": "ready",
        "taken_at": "2020-06-03T02:22:31Z", "taken_at_source": "exif",
        "exif_location": {"latitude": 27.441667, "longitude": 104.873611, "altitude_m": 1650.0},
        "size": 4_200_000, "width": 3000, "height": 4000,
        "flaws": {"too_dark": false, "too_blurred": false}, "quality": 92,
        "camera": {"make": "Anju Synthetic", "model": "Demo Phone 1"}, "path": "splice",
        "urls": {
            "full": "https://photos.s3.amazonaws.com/marked/…?X-Amz-Signature=…",
            "thumbnail": "https://photos.s3.amazonaws.com/thumbnails/…?X-Amz-Signature=…",
        },
    })
}

pub(crate) fn household() -> Value {
    let mut verification = form();
    verification["completed_at"] = "2020-06-03T02:30:00Z".into();
    let mut photo = photo();
    if let Some(fields) = photo.as_object_mut() {
        fields.remove("urls");
    }
    json!({
        "id": HOUSEHOLD, "version": 3, "region": village(), "head": head(),
        "members": [{"name": "李四", "id_number": null, "relation": "配偶"}],
        "address": "云岭村第2村民小组17号", "state": "completed", "verification": verification, "photos": [photo],
        "location": {"latitude": 27.441667, "longitude": 104.873611, "altitude_m": 1650.0},
        "feedback_open": 0, "surveys": 0, "alerts": [], "late": false, "remaining_work": {"task_2020": {"open": false}},
        "lookup": {
            "token": "abcdefghijkmnpqrstuvwxyz", "url": "https://example.org/q/abcdefghijkmnpqrstuvwxyz",
            "qr_svg_url": format!("https://example.org{SVG}"),
        },
        "chain_head": HASH, "updated_at": "2020-06-03T02:30:00Z",
    })
}

pub(crate) fn household_item() -> Value {
    json!({
        "id": HOUSEHOLD, "version": 3, "region": village(), "head": head(), "members": ["李四"],
        "state": "completed", "result": "secured", "guarantee": "appraised", "detail": "appraised_a",
        "verified_at": "2020-06-03", "alerts": [],
    })
}

pub(crate) fn history() -> Value {
    json!({
        "household": HOUSEHOLD, "total": 1, "chain_head": HASH,
        "items": [{
            "household": HOUSEHOLD, "revision": 2, "at": "2020-06-03T02:30:00Z", "by": {"account": "530627101203"},
            "kind": "completed", "values": {"/result": "unsecured"},
            "personal": {"/explanation": {"value": "\"屋顶漏水\"", "salt": "5f3c…", "digest": HASH}},
            "previous": "0".repeat(64), "hash": HASH,
        }],
    })
}

/// The first page of a list of `total` rows.
pub(crate) fn list(item: &Value, total: u64) -> Value {
    json!({
        "items": [item], "total": total, "page": 1, "pages": total.div_ceil(20), "next_cursor": "NTMwNjI3MTAxMjAzLTE3",
        "as_of": "2020-06-03T02:30:05Z",
    })
}

pub(crate) fn row(code: &str, name: &str) -> Value {
    json!({
        "code": code, "name": name, "households": 1404, "people": 4673, "verified": 10, "unverified": 1394, "draft": 3,
        "secured": 9, "unsecured": 1, "appraised": 6, "renovated": 2, "sheltered": 1, "completion_rate": "0.71",
        "details": {"appraised_a": 4, "appraised_b": 2, "renovated_reinforced": 2, "sheltered_relatives": 1},
        "feedback_open": 1, "feedback_handled": 4, "surveys": 2, "alerts": {"unsecured": 1},
        "remaining_works": {"task_2020": {"total": 12, "open": 11}},
    })
}

pub(crate) fn overview() -> Value {
    json!({
        "verification_deadline": "2020-06-30", "countdown_to": "2021-01-01T00:00:00+08:00",
        "as_of": "2020-06-03T02:30:05Z",
        "regions": {"province": 25, "prefecture": 290, "county": 2300, "township": 29589, "village": 425_273},
        "households": 23_415_247, "verified": 158_000, "unverified": 23_257_247, "completion_rate": "0.67",
        "people": 77_931_697,
        "shares": {
            "appraised": {"households": 90_000, "percent": "57.32"},
            "renovated": {"households": 60_000, "percent": "38.22"},
            "sheltered": {"households": 7_000, "percent": "4.46"},
        },
        "remaining_works": {"task_2020": {"total": 742_349, "open": 742_000}},
        "provinces": [{
            "code": "53", "name": "云南省", "households": 1_870_000, "verified": 120_000, "unverified": 1_750_000,
            "completion_rate": "6.42", "remaining_works_open": 54_000,
        }],
    })
}

pub(crate) fn feedback_item() -> Value {
    json!({
        "id": FEEDBACK, "household_id": HOUSEHOLD, "region": village(), "head": head(), "type": "house_quality",
        "source": "officer", "status": "open", "overdue": false, "reported_at": "2020-06-05T01:00:00Z",
    })
}

pub(crate) fn feedback() -> Value {
    let mut feedback = feedback_item();
    feedback["address"] = "云岭村第2村民小组17号".into();
    feedback["content"] = "屋顶漏水".into();
    feedback["urges"] = json!([{
        "by": {"account": "530627", "name": "赵五", "position": "科长"}, "at": "2020-06-07T01:00:00Z", "note": "请尽快处理",
    }]);
    feedback
}

pub(crate) fn survey() -> Value {
    json!({
        "id": SURVEY, "version": 1, "household_id": HOUSEHOLD, "region": village(), "head": {"name": "张三"},
        "surveyor": "赵五", "surveyed_at": "2020-06-10", "public": true, "opinion": "同意核验结果",
        "finding": "房屋安全,已入住", "photo_ids": [],
        "created": {"account": "530627101", "at": "2020-06-10T03:00:00Z"},
    })
}

pub(crate) fn import() -> Value {
    json!({
        "id": IMPORT, "kind": "register", "format": "csv", "dry_run": false, "state": "done",
        "rows": 400_213, "applied": 396_180, "unchanged": 0, "rejected": 4_033,
        "created": 116_912, "changed": 0, "moved": 0, "left": 0, "missing": 0, "flagged": 2_316,
        "pieces": 1_194, "pieces_done": 1_194, "problems": 6_349,
        "errors_url": "https://transfers.s3.amazonaws.com/imports/results/…?X-Amz-Signature=…",
        "size": 52_428_800, "requested_at": "2020-05-28T01:00:00Z", "ended_at": "2020-05-28T01:14:09Z",
    })
}
