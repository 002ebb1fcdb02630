use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

/// How to start the stack.
#[derive(Debug, Clone)]
pub struct Options {
    /// Everything that is kept; made if missing. One stack at a time may use it.
    pub data_dir: PathBuf,
    /// Address of the HTTP API and S3.
    pub host: IpAddr,
    /// Port of the HTTP API and S3; 0 picks a free one.
    pub port: u16,
    /// The root template.
    pub template: PathBuf,
    /// Folder of the functions' binaries, as cargo or as `make package` leaves them.
    pub functions_dir: PathBuf,
    /// Folder of the built web client; what isn't there is the API's to answer.
    pub web: PathBuf,
    /// Counts what functions cost, see `GET <internal address>/ledger`. Their requests then take a longer way.
    pub ledger: bool,
    /// A function gets more processes while all of them are busy, up to this many.
    pub processes: usize,
    /// After how long a message whose function failed is delivered again, instead of its queue's own time.
    pub retry_after: Option<Duration>,
    /// Values of template parameters. `Stage` is `local` unless given here.
    pub parameters: BTreeMap<String, String>,
    /// Puts a layer of faults between the functions and the services behind them. The number is the seed of
    /// its choices.
    pub faults: Option<u64>,
}

impl Options {
    /// A stack on a free port of this machine, its data in `data_dir`.
    #[must_use]
    pub fn new(
        data_dir: impl Into<PathBuf>,
        template: impl Into<PathBuf>,
        functions_dir: impl Into<PathBuf>,
    ) -> Self {
        Self {
            data_dir: data_dir.into(),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            template: template.into(),
            functions_dir: functions_dir.into(),
            web: PathBuf::from("web/dist"),
            ledger: false,
            processes: 8,
            retry_after: None,
            parameters: BTreeMap::new(),
            faults: None,
        }
    }
}
