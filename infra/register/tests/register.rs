//! What whoever uses a synthetic register relies on.

use std::collections::BTreeMap;

use anju_domain::id_number::{IdForm, IdNumber};
use anju_domain::recorded::Recorded;
use anju_domain::region::{Level, RegionCode};
use anju_domain::summary::{Detail, GuaranteeChoice, WorkKind};
use anju_register::{County, NUMBERS_OF_EVERY_KIND, Plan, PlanError, Register, RegisterRow};

#[expect(clippy::unwrap_used, reason = "a plan's codes always parse; the tests stand on it")]
fn register(plan: &Plan) -> Register {
    Register::new(plan).unwrap()
}

fn rows(register: &Register) -> impl Iterator<Item = RegisterRow> {
    register.villages().flat_map(|village| register.households(village.code()))
}

/// The texts of all ID numbers of a household, the head's first.
fn id_texts(row: &RegisterRow) -> impl Iterator<Item = &String> {
    std::iter::once(&row.id_number).chain(row.members.iter().map(|member| &member.id_number))
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole as f64
}

#[test]
fn the_full_county_is_the_deck_s_to_the_digit() {
    #[derive(serde::Deserialize)]
    struct Deck {
        county: Row,
        townships: Vec<Row>,
    }
    #[derive(serde::Deserialize)]
    struct Row {
        name: String,
        households: u32,
        appraised: u32,
        renovated: u32,
        sheltered: u32,
    }

    let register = register(&Plan::zhenxiong());
    let names: BTreeMap<String, String> =
        register.regions().map(|region| (region.code.as_str().to_owned(), region.name)).collect();
    let mut counts: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    for village in register.villages() {
        for number in 1..=village.households() {
            let column = match register.outcome(village.code(), number).and_then(Detail::guarantee).unwrap() {
                GuaranteeChoice::Appraised => 0,
                GuaranteeChoice::Renovated => 1,
                GuaranteeChoice::Sheltered => 2,
            };
            for digits in [6, 9] {
                counts.entry(&names[&village.code().as_str()[..digits]]).or_default()[column] += 1;
            }
        }
    }
    let deck: Deck = serde_json::from_str(include_str!("../data/zhenxiong.json")).unwrap();
    assert_eq!(counts.len(), 31);
    for row in deck.townships.iter().chain([&deck.county]) {
        let found = counts[row.name.as_str()];
        assert_eq!(found, [row.appraised, row.renovated, row.sheltered], "{}", row.name);
        assert_eq!(found.iter().sum::<u32>(), row.households, "{}", row.name);
    }
    let largest = register.villages().max_by_key(|village| village.households()).unwrap();
    assert_eq!((largest.name(), largest.households()), ("云岭村", 1404));
    assert_eq!(names[&largest.code().as_str()[..9]], "果珠乡");
}

#[test]
fn every_village_gets_a_fair_mix_and_every_detail_occurs() {
    let register = register(&Plan::zhenxiong());
    let mut details: BTreeMap<&str, u32> = BTreeMap::new();
    for village in register.villages() {
        let mut appraised = 0;
        for number in 1..=village.households() {
            let detail = register.outcome(village.code(), number).unwrap();
            *details.entry(detail.key().unwrap()).or_default() += 1;
            appraised += u32::from(detail.guarantee() == Some(GuaranteeChoice::Appraised));
        }
        assert!(appraised > 0 && appraised < village.households(), "{}", village.name());
    }
    assert_eq!(details.len(), 16, "{details:?}");
}

#[test]
fn no_two_people_of_the_full_county_share_an_id_number() {
    let register = register(&Plan::zhenxiong());
    let mut bodies: Vec<[u8; 17]> = Vec::new();
    for row in rows(&register) {
        bodies.extend(id_texts(&row).map(|text| {
            let text =
                if text.len() == 15 { format!("{}19{}", &text[..6], &text[6..]) } else { text.clone() };
            <[u8; 17]>::try_from(&text.as_bytes()[..17]).unwrap()
        }));
    }
    let people = bodies.len();
    bodies.sort_unstable();
    bodies.dedup();
    assert_eq!(bodies.len(), people);
    assert!((3.1..3.5).contains(&(people as f64 / 118_097.0)), "{people} people");
}

#[test]
fn flaws_are_as_frequent_as_promised() {
    let register = register(&Plan::scaled(40_000).unwrap());
    let (mut ids, mut forms, mut invalid_ids) = (0, BTreeMap::<usize, usize>::new(), 0);
    let (mut households, mut empty, mut invalid_phones, mut works) = (0, 0, 0, 0);
    for row in rows(&register).filter(|row| row.number > NUMBERS_OF_EVERY_KIND) {
        households += 1;
        let head = row.domain_head();
        empty += usize::from(head.phone == Recorded::Missing);
        invalid_phones += usize::from(head.phone.is_invalid());
        works += row.works.len();
        for text in id_texts(&row) {
            ids += 1;
            match text.parse::<IdNumber>() {
                Ok(_) => *forms.entry(text.len()).or_default() += 1,
                Err(_) => invalid_ids += 1,
            }
        }
    }
    assert_eq!(forms.keys().copied().collect::<Vec<_>>(), [15, 18, 20]);
    assert!((1.8..2.2).contains(&share(forms[&20], ids)));
    assert!((0.5..1.2).contains(&share(forms[&15], ids)), "some were born too late for one");
    assert!((0.4..0.6).contains(&share(invalid_ids, ids)));
    assert!((4.6..5.4).contains(&share(empty, households)));
    assert!((0.8..1.2).contains(&share(invalid_phones, households)));
    assert!((2.8..3.6).contains(&share(works, households)));
}

#[test]
fn the_first_numbers_of_every_village_are_of_every_kind() {
    let form = |row: &RegisterRow| row.domain_head().id_number.valid().map(IdNumber::form);
    for plan in [Plan::demo(), Plan::scaled(48).unwrap(), Plan::zhenxiong()] {
        let register = register(&plan);
        let mut works: Vec<WorkKind> = Vec::new();
        for village in register.villages() {
            let first: Vec<RegisterRow> =
                register.households(village.code()).take(NUMBERS_OF_EVERY_KIND as usize).collect();
            let [one, two, three, four, five, six, seven, eight] = &first[..] else { panic!("{village:?}") };
            for complete in [one, seven, eight] {
                assert_eq!(form(complete), Some(IdForm::Resident));
                assert!(complete.domain_head().phone.valid().is_some());
                let members = complete.domain_members();
                assert!(
                    members
                        .iter()
                        .all(|one| one.id_number.valid().map(IdNumber::form) == Some(IdForm::Resident))
                );
            }
            assert!(one.members.len() >= 2 && one.works.is_empty());
            assert_eq!((form(two), two.phone.as_str()), (Some(IdForm::Resident), ""));
            assert_eq!(form(three), Some(IdForm::Disability));
            assert_eq!(form(four), Some(IdForm::Legacy));
            assert!(five.domain_head().id_number.is_invalid());
            assert!(form(six) == Some(IdForm::Resident) && six.domain_head().phone.is_invalid());
            works.extend(eight.works.keys());
            assert!([one, two, three, four, five, six, seven].iter().all(|row| row.works.is_empty()));
        }
        assert!(WorkKind::ALL.iter().all(|kind| works.contains(kind)));
    }
}

#[test]
fn families_are_of_ages_that_fit() {
    for row in rows(&register(&Plan::scaled(5_000).unwrap())) {
        let born = |text: &str| -> u32 {
            if text.len() == 15 {
                1900 + text[6..8].parse::<u32>().unwrap()
            } else {
                text[6..10].parse().unwrap()
            }
        };
        let head = born(&row.id_number);
        assert!((1930..=1995).contains(&head) && row.members.len() <= 6);
        for member in &row.members {
            let year = born(&member.id_number);
            assert!(year <= 2019);
            let fits = match member.relation {
                "父亲" | "母亲" => year + 17 <= head,
                "之子" | "之女" | "儿媳" => year >= head + 17,
                "孙子" | "孙女" => year >= head + 40,
                "配偶" => year.abs_diff(head) <= 8,
                other => panic!("{other}"),
            };
            assert!(fits, "{} of {year}, head of {head}", member.relation);
        }
    }
}

#[test]
fn regions_come_after_the_one_they_lie_in_and_share_its_prefix() {
    for plan in [Plan::demo(), Plan::zhenxiong(), Plan::scaled(700_000).unwrap()] {
        let regions: Vec<_> = register(&plan).regions().collect();
        let mut seen: Vec<&RegionCode> = Vec::new();
        for region in &regions {
            assert!(seen.last().is_none_or(|before| **before < region.code), "{}", region.code);
            assert!(region.code.parent().is_none_or(|parent| seen.binary_search(&&parent).is_ok()));
            assert_eq!(region.public_phone.is_some(), region.code.level() == Level::Township);
            seen.push(&region.code);
        }
        let number = |level| regions.iter().filter(|region| region.code.level() == level).count() as u32;
        assert_eq!((number(Level::Township), number(Level::Village)), (plan.townships(), plan.villages()));
        let above: Vec<&str> = regions.iter().take(4).map(|region| region.name.as_str()).collect();
        assert_eq!(above, ["全国", "云南省", "昭通市", "镇雄县"]);
    }
}

#[test]
fn names_of_a_county_s_places_differ() {
    let mut names: Vec<String> = register(&Plan::zhenxiong()).regions().map(|region| region.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn any_size_has_exactly_the_households_that_were_asked_for() {
    for households in [48, 49, 150, 160, 1_000, 4_553, 7_930, 24_218, 118_096, 118_098, 1_000_000, 23_415_247]
    {
        let plan = Plan::scaled(households).unwrap();
        let register = register(&plan);
        let sum: u32 = register.villages().map(|village| village.households()).sum();
        assert_eq!((sum, plan.households()), (households, households));
        assert!(plan.townships() >= 2 && plan.villages() >= 6);
        assert!(register.villages().all(|village| village.households() >= NUMBERS_OF_EVERY_KIND));
        assert!(register.villages().any(|village| village.name() == "云岭村"));
    }
    assert_eq!(Plan::scaled(118_097).unwrap(), Plan::zhenxiong());
}

#[test]
fn the_demo_knows_every_way_of_guarantee_in_each_township() {
    let register = register(&Plan::demo());
    let mut ways: BTreeMap<&str, Vec<GuaranteeChoice>> = BTreeMap::new();
    for village in register.villages() {
        let outcomes =
            (1..=village.households()).filter_map(|number| register.outcome(village.code(), number));
        ways.entry(&village.code().as_str()[..9]).or_default().extend(outcomes.filter_map(Detail::guarantee));
    }
    assert_eq!(ways.len(), 3);
    for way in [GuaranteeChoice::Appraised, GuaranteeChoice::Renovated, GuaranteeChoice::Sheltered] {
        assert!(ways.values().all(|found| found.contains(&way)), "{way:?}");
    }
}

#[test]
fn one_household_asked_for_is_the_one_of_its_village() {
    let register = register(&Plan::demo());
    for row in rows(&register) {
        assert_eq!(register.household(&row.id()), Some(row));
    }
    let village = register.villages().next().unwrap();
    assert_eq!(register.outcome(village.code(), 0), None);
    assert_eq!(register.outcome(village.code(), village.households() + 1), None);
    assert_eq!(register.households(&"110105001200".parse().unwrap()).count(), 0);
}

#[test]
fn in_turn_every_household_comes_once_and_no_second_one_before_the_last_first_one() {
    let register = register(&Plan::demo());
    let turns: Vec<(u32, usize)> =
        register.in_turn().map(|(village, household)| (household.number(), village.place())).collect();
    assert!(turns.is_sorted_by(|one, other| one < other), "{turns:?}");
    assert_eq!(turns.len(), 160);
    assert!(register.in_turn().all(|(_, household)| register.household(&household).is_some()));
    assert!(register.villages().enumerate().all(|(place, village)| village.place() == place));
}

#[test]
fn another_county_s_register_lies_there() {
    let county = County::new("131126".parse().unwrap(), "故城县", "衡水市", "河北省").unwrap();
    let register = register(&Plan::scaled(4_553).unwrap().in_county(county));
    assert!(register.villages().all(|village| village.code().as_str().starts_with("131126")));
    assert_eq!(register.regions().nth(3).unwrap().name, "故城县");
}

#[test]
fn numbers_that_don_t_fit_each_other_make_no_plan() {
    assert_eq!(Plan::new(0, 6, 160), Err(PlanError::Townships));
    assert_eq!(Plan::new(3, 2, 160), Err(PlanError::Villages));
    assert_eq!(Plan::new(2, 6, 47), Err(PlanError::Households));
    assert_eq!(Plan::scaled(47), Err(PlanError::Households));
    assert_eq!(Plan::scaled(u32::MAX), Err(PlanError::Households));
    assert!(Plan::new(1, 1, 8).is_ok());
    let prefecture = County::new("5306".parse().unwrap(), "昭通市", "昭通市", "云南省");
    assert_eq!(prefecture, Err(PlanError::NotACounty));
}
