//! Whether somebody belongs to a household, as far as numbers can tell (domain.md, public lookup page).

use crate::household::Household;
use crate::id_number::IdNumber;
use crate::phone::Phone;

/// What somebody says of themselves. Personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Their ID number, in any form.
    pub id_number: IdNumber,
    /// Their household's phone.
    pub phone: Phone,
}

/// Whether both numbers are the household's: the ID number of its head or of a member and its phone, each
/// as the register has it or as it was corrected. Never says which one isn't.
pub fn matches(household: &Household, claim: &Claim) -> bool {
    let corrected = household.form().map(|form| &form.correction);
    let corrected_id = corrected.and_then(|correction| correction.id_number.as_ref());
    let members = household.members.iter().filter_map(|member| member.id_number.valid());
    let ids = household.head.id_number.valid().into_iter().chain(corrected_id).chain(members);
    let corrected_phone = corrected.and_then(|correction| correction.phone.as_ref());
    let phones = household.head.phone.valid().into_iter().chain(corrected_phone);
    // All are compared, whatever comes out: the time says nothing either.
    let same_id = ids.filter(|id| id.same_person(&claim.id_number)).count();
    let same_phone = phones.filter(|phone| **phone == claim.phone).count();
    same_id > 0 && same_phone > 0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::draft::Draft;
    use crate::household::{Progress, Registered};
    use crate::person::{Head, Member};

    const HEAD: &str = "11010519491231002X";
    const MEMBER: &str = "110105491231001";
    const CORRECTED: &str = "110105194912310054";
    const PHONE: &str = "16000000001";
    const CORRECTED_PHONE: &str = "16000000002";

    fn household() -> Household {
        let head = Head {
            name: "测试户".to_owned(),
            id_number: format!("{HEAD}42").into(),
            phone: PHONE.to_owned().into(),
        };
        let member = |number: &str| Member {
            name: "测试成员".to_owned(),
            id_number: number.to_owned().into(),
            relation: "配偶".to_owned(),
        };
        let registered = Registered {
            id: "530627101203-1".parse().unwrap(),
            head,
            members: vec![member(MEMBER), member("无")],
            address: String::new(),
            works: BTreeMap::new(),
        };
        let mut household = Household::registered(registered, jiff::Timestamp::UNIX_EPOCH);
        let mut form = Draft::default();
        form.correction.id_number = Some(CORRECTED.parse().unwrap());
        form.correction.phone = Some(CORRECTED_PHONE.parse().unwrap());
        household.progress = Progress::Draft(Box::new(form));
        household
    }

    fn claims(id_number: &str, phone: &str) -> bool {
        let claim = Claim { id_number: id_number.parse().unwrap(), phone: phone.parse().unwrap() };
        matches(&household(), &claim)
    }

    #[test]
    fn head_and_members_are_known_by_the_registers_and_the_corrected_numbers_in_any_form() {
        let member = MEMBER.parse::<IdNumber>().unwrap().normalized();
        for id_number in [HEAD, "11010519491231002x42", MEMBER, &member, CORRECTED] {
            for phone in [PHONE, CORRECTED_PHONE, "+86 160-0000-0001"] {
                assert!(claims(id_number, phone), "{id_number} {phone}");
            }
        }
    }

    #[test]
    fn one_right_number_is_not_enough() {
        assert!(!claims(HEAD, "16000000003"));
        assert!(!claims("110105194912310070", PHONE));
        assert!(!claims("110105194912310070", "16000000003"));
    }
}
