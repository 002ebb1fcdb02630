//! Bad rows among good ones: every one is named, and none of the others is lost.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::ids::HouseholdId;
use anju_domain::region::VillageCode;
use anju_tests::Stack;
use anju_tests::imports::{number, rows_of};
use anju_tests::stack::plan;
use encoding_rs::GB18030;
use serde_json::Value;

use super::{csv, regions_file};

const HEADER: &str = "村代码,户编号,姓名,身份证号,与户主关系,联系电话,地址,2020年任务,户状态,迁出户\n";

/// A row, of a village and a household's number.
type Row = fn(&str, u32) -> Vec<u8>;

/// Twenty ways in which a household of one row is wrong, by what the error file says of it.
const KINDS: [(&str, Row); 20] = [
    ("缺少村代码", |_, n| text(&format!(",{n},王小明,,户主,,,,,"))),
    ("村代码格式错误", |_, n| text(&format!("530627,{n},王小明,,户主,,,,,"))),
    ("行政区划中没有此村", |_, n| text(&format!("110101001001,{n},王小明,,户主,,,,,"))),
    ("缺少户编号", |village, _| text(&format!("{village},,王小明,,户主,,,,,"))),
    ("户编号格式错误", |village, n| text(&format!("{village},{n}号,王小明,,户主,,,,,"))),
    ("缺少姓名", |village, n| text(&format!("{village},{n},,,户主,,,,,"))),
    ("内容过长", |village, n| text(&format!("{village},{n},{},,户主,,,,,", "王".repeat(51)))),
    ("含有控制字符", |village, n| text(&format!("{village},{n},王\u{1}明,,户主,,,,,"))),
    ("缺少与户主关系", |village, n| text(&format!("{village},{n},王小明,,,,,,,"))),
    ("本户没有户主", |village, n| text(&format!("{village},{n},王小明,,之子,,,,,"))),
    ("扫尾工程取值错误", |village, n| text(&format!("{village},{n},王小明,,户主,,,是,,"))),
    ("户状态取值错误", |village, n| text(&format!("{village},{n},王小明,,户主,,,,在,"))),
    ("迁出户格式错误", |village, n| text(&format!("{village},{n},王小明,,户主,,,,,某村"))),
    ("没有此迁出户", |village, n| text(&format!("{village},{n},王小明,,户主,,,,,{village}-999999"))),
    ("列数少于表头", |village, n| text(&format!("{village},{n},王小明,,户主,,"))),
    ("列数多于表头", |village, n| text(&format!("{village},{n},王小明,,户主,,一组,二号,,,,多"))),
    ("本户有多个户主", |village, n| {
        text(&format!("{village},{n},王小明,,户主,,,,,\n{village},{n},李红,,户主,,,,,"))
    }),
    ("内容无法识别", |village, n| {
        [text(&format!("{village},{n},")), vec![0xFF, 0xFF], text(",,户主,,,,,")].concat()
    }),
    ("身份证号不符合规则,已按原值导入并标记", |village, n| {
        text(&format!("{village},{n},王小明,110105194912310021,户主,,,,,"))
    }),
    ("手机号不符合规则,已按原值导入", |village, n| {
        text(&format!("{village},{n},王小明,,户主,0870-1,,,,"))
    }),
];

fn text(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

/// A file with good and bad households, and what is to be found in it.
pub struct Mixed {
    /// The file, in GB18030.
    pub file: Vec<u8>,
    /// Rows below the heading.
    pub rows: u64,
    /// The bad households' first rows, with what is wrong.
    bad: BTreeMap<u64, &'static str>,
    /// The good households, by village and number, of `people` each.
    good: Vec<HouseholdId>,
    people: usize,
}

impl Mixed {
    /// So many households of `people` each in these villages, of which every `every`th is bad.
    pub fn new(villages: &[VillageCode], households: u32, people: usize, every: u32) -> Self {
        let mut mixed = Mixed { file: text(HEADER), rows: 0, bad: BTreeMap::new(), good: Vec::new(), people };
        for n in 1..=households {
            let village = &villages[(n - 1) as usize * villages.len() / households as usize];
            let rows = if n % every == 0 {
                let (what, row) = KINDS[(n / every) as usize % KINDS.len()];
                mixed.bad.insert(mixed.rows + 2, what);
                row(village.as_str(), n)
            } else {
                mixed.good.push(HouseholdId::new(village.clone(), n));
                let head = format!("{village},{n},王小明,,户主,,一组,,,");
                let others = format!("\n{village},{n},李红,,之女,,,,,").repeat(people - 1);
                text(&(head + &others))
            };
            mixed.rows += rows.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
            mixed.file.extend(rows);
            mixed.file.push(b'\n');
        }
        assert_eq!(mixed.bad.values().collect::<BTreeSet<_>>().len(), KINDS.len());
        mixed
    }

    /// That every bad row was named, with what to do about it and without what is said of people, and that every good
    /// household is there whole.
    pub async fn assert_named_and_taken(&self, stack: &Stack, import: &Value) {
        assert_eq!(number(import, "rows"), self.rows, "{import}");
        let named = rows_of(import, "errors_url").await;
        assert_eq!(named.len() as u64, number(import, "problems"));
        let lines: BTreeSet<(&str, &str)> =
            named.iter().map(|row| (row[0].as_str(), row[5].as_str())).collect();
        for (line, what) in &self.bad {
            assert!(
                lines.contains(&(line.to_string().as_str(), *what)),
                "row {line} should be named: {what}"
            );
        }
        let rejected: BTreeSet<&str> =
            named.iter().filter(|row| row[4] == "未导入").map(|row| row[0].as_str()).collect();
        assert_eq!(rejected.len() as u64, number(import, "rejected"), "each rejected row is named");
        for row in &named {
            let shown = row.join(",");
            assert!(!shown.contains("小明") && !shown.contains("194912310021"), "{shown}");
            assert!(!row[6].is_empty(), "it says what to do: {shown}");
        }
        let inside = stack.inside().await;
        for ids in self.good.chunks(100) {
            let found = inside.registry.households_at(ids.iter().cloned()).await.unwrap();
            assert_eq!(found.len(), ids.len());
            assert!(found.values().all(|household| household.people() == self.people));
        }
    }
}

#[tokio::test]
async fn of_thousands_of_rows_in_gb18030_every_bad_one_of_20_kinds_is_named_and_no_other_is_lost() {
    let stack = Stack::to_import(&plan(1, 1, 8)).await;
    let operator = stack.operator().await;
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let mixed = Mixed::new(&[stack.village(0).clone()], 1_000, 2, 25);
    let import = csv("register", &mixed.file).import(&operator).await;
    mixed.assert_named_and_taken(&stack, &import).await;
}

#[tokio::test]
async fn a_household_whose_rows_stand_apart_is_kept_out_whole_wherever_they_stand() {
    let stack = Stack::to_import(&plan(1, 1, 8)).await;
    let (operator, inside) = (stack.operator().await, stack.inside().await);
    csv("regions", &regions_file(stack.register())).import(&operator).await;
    let village = stack.village(0);
    let row = |n: u32, name: &str, relation: &str| format!("{village},{n},{name},,{relation}\n");
    let others: String = (2..250).map(|n| row(n, "王小明", "户主")).collect();
    let file = [
        "village,number,name,id_number,relation\n",
        &row(1, "李大明", "户主"),
        &others,
        &row(1, "李红", "配偶"),
    ];
    let import = csv("register", file.concat().as_bytes()).import(&operator).await;
    assert_eq!((number(&import, "created"), number(&import, "rejected")), (248, 2), "{import}");
    assert!(inside.registry.household(&stack.household(0, 1)).await.unwrap().is_none());
    let named: Vec<String> =
        rows_of(&import, "errors_url").await.into_iter().map(|row| row[0].clone()).collect();
    assert!(named.contains(&"2".to_owned()) && named.contains(&"251".to_owned()), "{named:?}");
}
