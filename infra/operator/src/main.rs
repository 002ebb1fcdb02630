//! `anju-operator`: issues the nation's account, and opens it again.

use std::io::Write;
use std::process::ExitCode;

use anju_app::{App, StartError};
use anju_domain::account::Account;
use anju_domain::region::RegionCode;
use anju_http::auth::initial::{Initial, InitialPasswords, Issued};
use anju_store::{Control, StoreError};
use clap::{Parser, Subcommand};
use jiff::Timestamp;

/// Issues the operator's account, the nation's, which nobody above could issue: all other accounts are issued one level
/// down by the API. Works on the table that CONTROL_TABLE names, with the AWS SDK's own variables. The initial password
/// is random, is written to the standard output once and kept nowhere; the first sign-in replaces it.
#[derive(Parser)]
#[command(name = "anju-operator")]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Issues the account of a new stack. Refused where there is one.
    Issue,
    /// Gives the account an initial password again, for when its own is lost or known to others. All its sessions end;
    /// the profile stays.
    Reset,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the initial password could not be made")]
    Password,
    #[error("there is an operator's account: `anju-operator reset` gives it a new initial password")]
    Issued,
    #[error("there is no operator's account yet: `anju-operator issue` issues it")]
    NotIssued,
    #[error("the account changed at this moment: try again")]
    Changed,
    #[error("the password could not be written out: run `anju-operator reset` for another ({0})")]
    Unseen(std::io::Error),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Command::parse().what).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

async fn run(what: &What) -> Result<(), Failure> {
    let control = App::start().await.control()?;
    // Random in every stage: the well-known one is for those below.
    let issued = InitialPasswords::new(None, false)
        .issue(Initial::Random, Timestamp::now())
        .map_err(|_| Failure::Password)?;
    match what {
        What::Issue => issue(&control, &issued).await?,
        What::Reset => reset(&control, &issued).await?,
    }
    show(&issued.password).map_err(Failure::Unseen)
}

async fn issue(control: &Control, issued: &Issued) -> Result<(), Failure> {
    let account = Account::issued(RegionCode::nation(), issued.hash.clone(), issued.until);
    control.issue_account(&account).await.map_err(|error| match error {
        StoreError::Conflict => Failure::Issued,
        other => other.into(),
    })
}

async fn reset(control: &Control, issued: &Issued) -> Result<(), Failure> {
    let account = control.account(&RegionCode::nation()).await?.ok_or(Failure::NotIssued)?;
    let again = account.reset(issued.hash.clone(), issued.until);
    control.change_account(&again, account.revision, Vec::new()).await.map_err(|error| match error {
        StoreError::Conflict => Failure::Changed,
        other => other.into(),
    })
}

fn show(password: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "account: {}\ninitial password: {password}", RegionCode::nation())
}

#[expect(clippy::print_stderr, reason = "a command's own words")]
fn complain(failure: &Failure) {
    eprintln!("anju-operator: {failure}");
}
