//! A register as files to import.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anju_domain::region::InvalidRegionCode;
use anju_domain::summary::WorkKind;

use crate::plan::Plan;
use crate::records::RegisterRow;
use crate::register::Register;

/// Why the files couldn't be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder or a file in it can't be made.
    #[error("the file can't be created")]
    Create(#[source] io::Error),
    /// A file can't be written to its end.
    #[error("the file can't be written")]
    Write(#[from] csv::Error),
    /// What was written last can't be kept.
    #[error("the file can't be finished")]
    Finish(#[source] io::Error),
    /// The plan's codes are in no form.
    #[error(transparent)]
    Code(#[from] InvalidRegionCode),
}

/// How many rows were written, without the headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Of `regions.csv`.
    pub regions: u64,
    /// Of `households.csv`.
    pub households: u64,
    /// Of `members.csv`.
    pub members: u64,
}

/// Writes the register of the plan into the folder, which is made if it isn't there: `regions.csv`,
/// `households.csv` and `members.csv`, in UTF-8 with a row of headings. Takes little memory, whatever the size.
///
/// # Errors
/// Where a file can't be created or written.
pub fn write_csv(plan: &Plan, folder: &Path) -> Result<Written, WriteError> {
    std::fs::create_dir_all(folder).map_err(WriteError::Create)?;
    let create = |name: &str| File::create(folder.join(name)).map_err(WriteError::Create);
    let register = Register::new(plan)?;
    let regions = write_regions(&register, create("regions.csv")?)?;
    let (households, members) =
        write_households(&register, create("households.csv")?, create("members.csv")?)?;
    Ok(Written { regions, households, members })
}

pub(crate) fn write_regions(register: &Register, file: impl Write) -> Result<u64, WriteError> {
    let mut regions = csv::Writer::from_writer(file);
    regions.write_record(["code", "name", "public_phone"])?;
    let mut rows = 0;
    for region in register.regions() {
        let phone = region.public_phone.unwrap_or_default();
        regions.write_record([region.code.as_str(), &region.name, &phone])?;
        rows += 1;
    }
    regions.flush().map_err(WriteError::Finish)?;
    Ok(rows)
}

/// Returns how many households and members there are.
pub(crate) fn write_households(
    register: &Register,
    households: impl Write,
    members: impl Write,
) -> Result<(u64, u64), WriteError> {
    let mut households = csv::Writer::from_writer(households);
    let mut members = csv::Writer::from_writer(members);
    households.write_record([
        "village",
        "number",
        "head",
        "id_number",
        "phone",
        "address",
        "task_2020",
        "unfinished_2019",
        "look_back_unfinished",
    ])?;
    members.write_record(["village", "number", "name", "id_number", "relation"])?;
    let mut rows = (0, 0);
    for row in register.villages().flat_map(|village| register.households(village.code())) {
        write_household(&row, &mut households)?;
        write_members(&row, &mut members)?;
        rows = (rows.0 + 1, rows.1 + row.members.len() as u64);
    }
    households.flush().map_err(WriteError::Finish)?;
    members.flush().map_err(WriteError::Finish)?;
    Ok(rows)
}

fn write_household(row: &RegisterRow, file: &mut csv::Writer<impl Write>) -> Result<(), WriteError> {
    let number = row.number.to_string();
    let values = [row.village.as_str(), &number, &row.head, &row.id_number, &row.phone, &row.address];
    // The three columns of works, in the order of the headings.
    let works = WorkKind::ALL.map(|kind| match row.works.get(&kind) {
        None => "",
        Some(true) => "open",
        Some(false) => "closed",
    });
    Ok(file.write_record(values.into_iter().chain(works))?)
}

fn write_members(row: &RegisterRow, file: &mut csv::Writer<impl Write>) -> Result<(), WriteError> {
    let number = row.number.to_string();
    for member in &row.members {
        file.write_record([row.village.as_str(), &number, &member.name, &member.id_number, member.relation])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn files(plan: &Plan) -> [Vec<u8>; 3] {
        let register = Register::new(plan).unwrap();
        let [mut regions, mut households, mut members] = [const { Vec::new() }; 3];
        write_regions(&register, &mut regions).unwrap();
        write_households(&register, &mut households, &mut members).unwrap();
        [regions, households, members]
    }

    #[test]
    fn one_seed_gives_one_register_and_another_seed_other_people() {
        let plan = Plan::scaled(2_000).unwrap();
        let first = files(&plan);
        assert_eq!(files(&plan), first);
        let other = files(&plan.with_seed(1));
        assert_eq!(other[0], first[0], "the same places");
        assert!(other[1] != first[1] && other[2] != first[2]);
    }

    /// Walk-throughs name people of the demo. Whoever changes the generator on purpose changes the digest too.
    #[test]
    fn the_demo_s_register_is_the_same_in_every_version() {
        let digest = Sha256::digest(files(&Plan::demo()).concat());
        assert_eq!(hex::encode(digest), "f30f22c4eee4d15c64fe465e85da597c30c72ee95e1451b7e104fc2380e53eab");
    }

    #[test]
    fn the_files_hold_what_the_register_holds() {
        let folder = std::env::temp_dir().join(format!("anju-register-{}", std::process::id()));
        let written = write_csv(&Plan::demo(), &folder).unwrap();
        let rows =
            |name: &str| csv::Reader::from_path(folder.join(name)).unwrap().into_records().count() as u64;
        let counted = Written {
            regions: rows("regions.csv"),
            households: rows("households.csv"),
            members: rows("members.csv"),
        };
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((written, written.regions, written.households), (counted, 4 + 3 + 8, 160));
        assert!(written.members > 160);
    }
}
