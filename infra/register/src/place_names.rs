//! Names of villages and of townships beyond the model's: two characters of the kind that the south-west names
//! places with, paired by number.

const FIRST: [&str; 32] = [
    "青", "石", "龙", "白", "松", "竹", "新", "大", "小", "长", "高", "双", "红", "黄", "金", "银", "桃",
    "柏", "梨", "杉", "花", "凉", "清", "古", "安", "平", "和", "兴", "茶", "麻", "鱼", "马",
];
const SECOND: [&str; 32] = [
    "坪", "岩", "溪", "湾", "坝", "坡", "林", "沟", "塘", "寨", "山", "河", "井", "洞", "田", "桥", "园",
    "箐", "垭", "口", "梁", "坎", "冲", "屯", "厂", "水", "峰", "泉", "台", "关", "潭", "沙",
];
/// Codes of a township's villages end in 200 to 999.
const MOST_VILLAGES: usize = 800;
const NAMES: usize = FIRST.len() * SECOND.len();

// A township's villages run out before its names do.
const _: () = assert!(MOST_VILLAGES <= NAMES);

fn pair(number: usize) -> String {
    // Odd, so that it reaches every pair once; neighbours differ in both characters.
    let number = number * 397 % NAMES;
    format!("{}{}", FIRST[number / SECOND.len()], SECOND[number % SECOND.len()])
}

/// The name of a township's village; no two of a township are alike.
pub(crate) fn village(township: usize, index: usize) -> String {
    format!("{}村", pair(township * 33 + index))
}

/// The name of the township after `index` others of this making.
pub(crate) fn township(index: usize) -> String {
    format!("{}乡", pair(index))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_name_comes_twice_within_a_place() {
        let villages: BTreeSet<String> = (0..MOST_VILLAGES).map(|index| village(7, index)).collect();
        let townships: BTreeSet<String> = (0..NAMES).map(township).collect();
        assert_eq!((villages.len(), townships.len()), (MOST_VILLAGES, NAMES));
    }
}
