//! Synthetic households and regions in every state that has a page.

use anju_domain::feedback::Feedback;
use anju_domain::household::{Deadline, Household, LateRule};
use anju_domain::ids::LookupToken;
use anju_domain::region::Region;
use anju_domain::survey::Survey;
use jiff::Timestamp;
use serde_json::{Value, json};

use anju_lookup_page::{NameMask, PageView};

/// 18 characters with a valid check digit, of nobody.
pub(crate) const ID_NUMBER: &str = "11010519491231002X";
/// The same with certificate category and level, as the register may hold it.
pub(crate) const LONG_ID_NUMBER: &str = "11010519491231002X42";
pub(crate) const PHONE: &str = "13800000002";
pub(crate) const CORRECTED_PHONE: &str = "13900000003";
pub(crate) const VERIFIER_PHONE: &str = "13800000001";
pub(crate) const HEAD: &str = "测试户主";
pub(crate) const HOUSE: &str = "七组88号";
pub(crate) const OFFICE_PHONE: &str = "0870-3120000";

const NOW: &str = "2020-06-03T04:00:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(crate) fn path() -> Vec<Region> {
    let regions = json!([
        {"code": "53", "name": "云南省"},
        {"code": "5306", "name": "昭通市"},
        {"code": "530627", "name": "镇雄县"},
        {"code": "530627101", "name": "果珠乡", "public_phone": OFFICE_PHONE},
        {"code": "530627101203", "name": "云岭村"},
    ]);
    serde_json::from_value(regions).unwrap()
}

/// Never completed.
pub(crate) fn pending() -> Household {
    let stored = json!({
        "id": "530627101203-17",
        "head": {"name": HEAD, "id_number": LONG_ID_NUMBER, "phone": PHONE},
        "address": HOUSE,
        "progress": {"state": "pending"},
        "revision": 1, "version": 1, "updated_at": NOW,
        "chain_head": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    });
    serde_json::from_value(stored).unwrap()
}

/// Completed with this answer of the form.
pub(crate) fn completed(answer: &Value) -> Household {
    let mut form = json!({
        "verifier": {"name": "测试员", "position": "驻村第一书记", "phone": VERIFIER_PHONE},
        "verified_at": "2020-06-03T00:30:00+08:00",
        "correction": {"phone": CORRECTED_PHONE},
        "photo_ids": [format!("530627101203-17-{:032x}", 7)],
    });
    form.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
    let draft: anju_domain::draft::Draft = serde_json::from_value(form).unwrap();
    let complete = draft.complete(now()).unwrap();
    let deadline = Deadline { day: "2020-06-30".parse().unwrap(), late: LateRule::Accept };
    let token = LookupToken::from_random([1; 15]);
    pending().complete(draft, complete, token, &deadline, now()).unwrap()
}

pub(crate) fn appraised() -> Household {
    completed(&json!({"result": "secured", "guarantee": "appraised", "grade": "a", "note": "备注不公开"}))
}

pub(crate) fn unsecured() -> Household {
    completed(&json!({"result": "unsecured", "explanation": "墙体开裂，情况不公开"}))
}

/// Completed once, then reopened because its photo can't be used.
pub(crate) fn reopened() -> Household {
    let done = appraised();
    done.photo_rejected(&done.photo_ids()[0].clone(), "退回原因不公开".parse().unwrap(), now())
}

/// Completed once, then moved away.
pub(crate) fn left() -> Household {
    Household { progress: anju_domain::household::Progress::Left, ..appraised() }
}

/// Every answer that the form allows, with what the page calls it.
pub(crate) fn secured_answers() -> Vec<(Value, [&'static str; 2])> {
    let secured = |guarantee: &str, rest: Value| {
        let mut answer = json!({"result": "secured", "guarantee": guarantee, "note": "x"});
        answer.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        answer
    };
    let mut answers = Vec::new();
    for (grade, word) in [("a", "A级"), ("b", "B级")] {
        answers.push((secured("appraised", json!({"grade": grade})), ["鉴定安全", word]));
    }
    let project = "dilapidated_house_renovation";
    for (method, word) in [
        ("reinforced", "农村危房改造，维修加固"),
        ("rebuilt", "农村危房改造，拆除重建"),
        ("newly_built", "农村危房改造，无房新建"),
    ] {
        let answer = secured("renovated", json!({"renovation": project, "method": method}));
        answers.push((answer, ["改造安全", word]));
    }
    for (renovation, word) in [
        ("poverty_relocation", "易地扶贫搬迁"),
        ("ecological_migration", "生态移民"),
        ("reservoir_migration", "水库移民"),
        ("hazard_relocation", "避险搬迁"),
        ("other", "其他"),
    ] {
        answers.push((secured("renovated", json!({"renovation": renovation})), ["改造安全", word]));
    }
    for (shelter, word) in [
        ("collective_rental", "集体公租房"),
        ("happiness_compound", "幸福大院"),
        ("care_home", "敬(养)老院"),
        ("relatives", "投亲靠友"),
        ("rented_or_borrowed", "租住、借住其他安全房屋"),
        ("other", "其他"),
    ] {
        answers.push((secured("sheltered", json!({"shelter": shelter})), ["保障安全", word]));
    }
    answers
}

/// Every household that has a page, by a name for its file.
pub(crate) fn all() -> Vec<(String, Household)> {
    let named = [("unsecured", unsecured()), ("reopened", reopened()), ("left", left())];
    let secured = secured_answers().into_iter().enumerate();
    let secured = secured.map(|(number, (answer, _))| (format!("secured-{number}"), completed(&answer)));
    named.into_iter().map(|(name, household)| (name.to_owned(), household)).chain(secured).collect()
}

pub(crate) fn page_of(household: &Household) -> String {
    let view = PageView::of(household, &path(), NameMask::FirstCharacter).unwrap();
    anju_lookup_page::page(&view).unwrap()
}

/// A handled report and an open one, oldest first.
pub(crate) fn reports() -> Vec<Feedback> {
    let reports = json!([
        {
            "id": format!("530627101203-17-{:032x}", 1), "type": "subsidy", "source": "household",
            "content": "补助未到", "reported_at": "2020-06-03T04:00:00Z",
            "handling": {
                "by": {"account": "530627101", "name": "处理人", "position": "所长"},
                "at": "2020-06-04T04:00:00Z", "opinion": "已补发<b>",
            },
        },
        {
            "id": format!("530627101203-17-{:032x}", 2), "type": "house_quality", "source": "household",
            "content": "墙体开裂<script>", "reported_at": "2020-06-04T17:00:00Z",
        },
    ]);
    serde_json::from_value(reports).unwrap()
}

/// A survey of this day and number, public or not.
pub(crate) fn survey(number: u32, day: &str, public: bool) -> Survey {
    let stored = json!({
        "id": format!("530627101203-17-{number:032x}"), "version": 1,
        "form": {
            "surveyor": "调研人甲", "surveyed_at": day, "public": public,
            "opinion": format!("意见{number}：请联系13800000009<b>"), "finding": format!("结果{number}\n房屋稳固"),
            "photo_ids": [format!("530627101203-17-{:032x}", 9)],
        },
        "created": {"by": "530627101", "at": NOW},
    });
    serde_json::from_value(stored).unwrap()
}
