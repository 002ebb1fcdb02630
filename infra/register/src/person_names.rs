//! Names of synthetic people: frequent surnames and given names, put together at random.

use crate::id_numbers::Sex;
use crate::random::Random;

const SURNAMES: [&str; 48] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓",
    "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "陆", "申", "成", "欧阳",
];
const OF_MEN: [&str; 40] = [
    "明", "华", "国", "建", "军", "平", "志", "强", "文", "勇", "光", "福", "贵", "林", "云", "海", "忠",
    "德", "顺", "才", "发", "祥", "富", "良", "安", "成", "永", "学", "正", "昌", "龙", "涛", "波", "斌",
    "伟", "刚", "荣", "庆", "友", "春",
];
const OF_WOMEN: [&str; 40] = [
    "秀", "英", "芳", "兰", "珍", "玉", "梅", "桂", "琼", "芬", "翠", "凤", "莲", "菊", "香", "艳", "红",
    "丽", "霞", "燕", "敏", "静", "群", "会", "美", "花", "月", "素", "淑", "巧", "珠", "云", "春", "仙",
    "芝", "萍", "琴", "慧", "娟", "容",
];

/// A surname, the frequent ones more often.
pub(crate) fn surname(random: &mut Random) -> &'static str {
    random.rather_first_of(&SURNAMES)
}

/// A given name of one or two characters behind the surname.
pub(crate) fn full_name(surname: &str, sex: Sex, random: &mut Random) -> String {
    let characters = match sex {
        Sex::Man => &OF_MEN,
        Sex::Woman => &OF_WOMEN,
    };
    let first = random.any_of(characters);
    if random.in_1000(200) {
        return format!("{surname}{first}");
    }
    format!("{surname}{first}{}", random.any_of(characters))
}
