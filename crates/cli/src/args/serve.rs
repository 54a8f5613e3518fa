//! The flags of `charnn serve`.

use super::values::{Expected, whole};
use charnn_message::text;
use clap::Args;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[arg(value_name = "RUNS_DIR", default_value = "runs")]
    pub(crate) runs: PathBuf,

    #[arg(long, value_name = "N", default_value = "0", value_parser = whole::<0, 65_535, u16>, allow_negative_numbers = true)]
    pub(crate) port: u16,

    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub(crate) host: IpAddr,

    #[arg(long)]
    pub(crate) json: bool,
}

/// An address of this machine.
fn address(text: &str) -> Result<IpAddr, Expected> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse().map_err(|_| {
        Expected(text!(
            en: "expected an address such as 127.0.0.1, ::1 or 0.0.0.0",
            zh: "应为地址，例如 127.0.0.1、::1 或 0.0.0.0"
        ))
    })
}
