//! What people read about a problem: what it is and what to do, in Chinese and English.

use crate::problem::Code;

/// Chinese and English.
pub type Words = (&'static str, &'static str);

/// What a row's problem is, and what to do.
pub fn of_row(code: Code) -> (Words, Words) {
    match code {
        Code::Unreadable => (
            ("内容无法识别", "can't be read"),
            (
                "请检查文件编码,或把单元格改为文本后重填",
                "Check the file's encoding, or format the cell as text and fill it in again",
            ),
        ),
        Code::TooFewCells => (
            ("列数少于表头", "fewer cells than the heading"),
            ("请补齐各列,空值也要留出分隔符", "Fill in all columns; blank ones need their separator"),
        ),
        Code::TooManyCells => (
            ("列数多于表头", "more cells than the heading"),
            ("请检查是否有未加引号的逗号", "Look for a comma that isn't in quotation marks"),
        ),
        Code::ControlCharacters => (
            ("含有控制字符", "holds control characters"),
            ("请删除换行等不可见字符", "Delete line breaks and other invisible characters"),
        ),
        Code::TooLong => (("内容过长", "too long"), ("请缩短后重新导入", "Shorten it and import again")),
        Code::VillageRequired => {
            (("缺少村代码", "no village"), ("请填写12位村代码", "Give the village's code of 12 digits"))
        }
        Code::VillageMalformed => {
            (("村代码格式错误", "not a village's code"), ("村代码应为12位数字", "It has 12 digits"))
        }
        Code::VillageUnknown => (
            ("行政区划中没有此村", "no such village"),
            ("请先导入行政区划,或更正村代码", "Import the regions first, or correct the code"),
        ),
        Code::NumberRequired => (
            ("缺少户编号", "no household number"),
            ("请填写本户在村内的编号", "Give the household's number within the village"),
        ),
        Code::NumberMalformed => {
            (("户编号格式错误", "not a household number"), ("应为1至999999的整数", "It is 1 to 999999"))
        }
        Code::NameRequired => (("缺少姓名", "no name"), ("请填写姓名", "Give the name")),
        Code::RelationRequired => (
            ("缺少与户主关系", "no relation to the head"),
            ("请填写户主、配偶、之子等", "Give 户主, 配偶, 之子 and so on"),
        ),
        Code::WorkUnknown => (
            ("扫尾工程取值错误", "not a state of a remaining work"),
            ("应为未竣工、已竣工或空", "It is 未竣工, 已竣工 or blank"),
        ),
        Code::StatusUnknown => (
            ("户状态取值错误", "not a household's status"),
            ("应为正常、注销或空", "It is 正常, 注销 or blank"),
        ),
        Code::MovedFromMalformed => (
            ("迁出户格式错误", "not a household's id"),
            ("应为村代码-户编号", "It is the village's code, a hyphen and the number"),
        ),
        Code::MovedFromUnknown => (
            ("没有此迁出户", "no such household to move from"),
            ("请核对迁出户的村代码和户编号", "Check the village's code and the number"),
        ),
        Code::MovedElsewhere => (
            ("迁出户已迁往他处", "that household moved elsewhere already"),
            ("请核对迁出户", "Check where it moved from"),
        ),
        Code::HouseholdMoved => (
            ("本户已迁往他村", "the household moved to another village"),
            ("请在迁入村的编号下更新", "Update it under its new number"),
        ),
        Code::NoHead => (
            ("本户没有户主", "the household has no head"),
            ("请把一名成员的关系改为户主", "Give one person the relation 户主"),
        ),
        Code::SeveralHeads => (
            ("本户有多个户主", "the household has several heads"),
            ("只能有一名户主", "Only one can be 户主"),
        ),
        Code::Scattered => (
            ("同一户的行不在一起", "rows of this household stand apart"),
            ("请按村代码和户编号排序后重新导入", "Sort by village and number and import again"),
        ),
        Code::TooManyPeople => {
            (("一户超过40人", "more than 40 people"), ("请核对户编号", "Check the household number"))
        }
        Code::AnotherRowOfHousehold => (
            ("同户其他行有误,本户未导入", "another row of the household is wrong: none of it was taken"),
            ("更正该行后重新导入本户", "Correct that row and import the household again"),
        ),
        Code::IdNumberInvalid => (
            (
                "身份证号不符合规则,已按原值导入并标记",
                "not a valid ID number: taken as it stands and flagged",
            ),
            ("请核对;也可在核验时更正", "Check it; the verification can correct it, too"),
        ),
        Code::PhoneInvalid => (
            ("手机号不符合规则,已按原值导入", "not a mobile number: taken as it stands"),
            ("请核对;也可在核验时更正", "Check it; the verification can correct it, too"),
        ),
        Code::SamePersonTwice => (
            ("同户中身份证号重复,已导入", "the same ID number twice in a household: taken"),
            ("请核对是否重复登记", "Check whether somebody is registered twice"),
        ),
        Code::Missing => (
            ("文件中没有此户,原记录保留", "not in the file: it stays as it is"),
            ("如已注销,请在户状态中填写注销", "If it ended, import it with the status 注销"),
        ),
        Code::CodeRequired => (("缺少区划代码", "no region"), ("请填写区划代码", "Give the region's code")),
        Code::CodeMalformed => (
            ("区划代码格式错误", "not a region's code"),
            ("应为2、4、6、9或12位数字", "It has 2, 4, 6, 9 or 12 digits"),
        ),
        Code::CodeTwice => {
            (("区划代码重复", "the region stands twice"), ("请删除重复的行", "Delete one of the rows"))
        }
        Code::ParentUnknown => (
            ("没有上级区划", "the region above doesn't exist"),
            ("请把上级区划放在前面的行", "Put the region above into an earlier row"),
        ),
        Code::PhoneOfRegionMalformed => (
            ("对外电话格式错误", "not an office's phone"),
            ("请填写办公电话,不得填写个人手机号", "Give an office's number, not a person's mobile"),
        ),
        Code::MergeTargetWrong => (
            ("并入代码错误", "not a village to merge into"),
            ("应为另一个村的12位代码", "It is another village's code of 12 digits"),
        ),
        Code::MergeTargetUnknown => (
            ("并入的村不存在", "the village to merge into doesn't exist"),
            ("请先导入该村", "Import that village first"),
        ),
        Code::SplitWrong => (
            ("拆分填写错误", "not a split"),
            ("请同时填写拆自(村代码)和户编号", "Give both the village that it is split from and the numbers"),
        ),
        Code::SplitSourceUnknown => {
            (("拆自的村不存在", "the village to split from doesn't exist"), ("请核对代码", "Check the code"))
        }
        Code::NumbersMalformed => {
            (("户编号范围格式错误", "not household numbers"), ("例如 1-120,133", "For example 1-120,133"))
        }
        Code::NumbersUnknown => (
            ("部分户编号不存在", "some of these households don't exist"),
            ("其余已划入;请核对", "The others were taken; check the numbers"),
        ),
        Code::MoveTooLarge => (
            ("一户人数过多,无法迁移", "too many people to move at once"),
            ("请联系系统运维", "Ask whoever operates the system"),
        ),
        Code::RegionUnknown => {
            (("没有此区划", "no such region"), ("请先导入行政区划", "Import the regions first"))
        }
        Code::OwnAccount => {
            (("不能发放本级账号", "the operator's own account"), ("请删除此行", "Delete the row"))
        }
        Code::PasswordKindUnknown => (
            ("初始密码取值错误", "not a kind of initial password"),
            ("应为随机、默认或空;不要填写密码", "It is 随机, 默认 or blank; never write a password"),
        ),
        Code::DefaultPasswordNotAllowed => (
            ("本环境不允许默认初始密码", "default passwords are not issued here"),
            ("请改为随机", "Ask for 随机"),
        ),
    }
}
