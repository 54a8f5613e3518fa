//! The networks inside the program, by their names `builtin:NAME`.

use crate::NetworkFileError;
use charnn_bundle::Bundle;

/// A small network trained on a built-in text, so that the first generated text needs no training.
/// `scripts/update-demo-networks.sh` trains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltinNetwork {
    /// English fairy tales.
    Tales,
    /// Chinese fairy tales.
    TalesZh,
}

impl BuiltinNetwork {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Tales, Self::TalesZh];

    /// The network called `name`.
    pub fn called(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.name() == name)
    }

    /// Its name: `builtin:tales`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tales => "builtin:tales",
            Self::TalesZh => "builtin:tales-zh",
        }
    }

    /// The shipped configuration that trained it.
    pub fn config(self) -> &'static str {
        match self {
            Self::Tales => "quickstart",
            Self::TalesZh => "quickstart-zh",
        }
    }

    /// The network.
    ///
    /// # Errors
    /// Never with the files that are shipped.
    pub fn bundle(self) -> Result<Bundle, NetworkFileError> {
        let bytes: &[u8] = match self {
            Self::Tales => include_bytes!("../../../data/networks/tales.charnn.safetensors"),
            Self::TalesZh => include_bytes!("../../../data/networks/tales-zh.charnn.safetensors"),
        };
        Bundle::from_bytes(bytes)
            .map_err(|source| NetworkFileError::Content { path: self.name().into(), source })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use charnn_config::Settings;

    #[test]
    fn every_network_has_the_sizes_of_its_configuration() {
        for network in BuiltinNetwork::ALL {
            let bundle = network.bundle().unwrap();
            let config = Settings::shipped(network.config()).unwrap().unwrap().resolve().unwrap();
            assert_eq!(bundle.architecture(), config.model.architecture(), "{}", network.name());
            assert!(bundle.provenance().step.unwrap() > 100);
            assert!(!bundle.primer().is_empty());
            assert!(bundle.to_bytes().unwrap().len() < 1_000_000);
        }
    }
}
