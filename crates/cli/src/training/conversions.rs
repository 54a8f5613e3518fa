//! Errors of training as failures of the program.

use super::failure::Failure;
use super::sweep::SweepProblem;
use charnn_kernels::DeviceFault;
use charnn_kernels::device::DeviceError;
use charnn_train::{BadPrompt, PlanError, RanksError, SaveError, TrainError};

macro_rules! from {
    ($($error:ty => $variant:ident),* $(,)?) => {
        $(impl From<$error> for crate::failure::Failure {
            fn from(error: $error) -> Self {
                Failure::$variant(error).into()
            }
        })*
    };
}

from! {
    BadPrompt => Prompt, DeviceError => Device, DeviceFault => Fault, TrainError => Train,
    SaveError => Save, SweepProblem => Sweep,
}

impl From<PlanError> for crate::failure::Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Config(error) => error.into(),
            PlanError::Data(error) => error.into(),
            PlanError::TooShort(error) => error.into(),
            PlanError::Prompt(error) => error.into(),
        }
    }
}

impl From<RanksError> for crate::failure::Failure {
    fn from(source: RanksError) -> Self {
        Failure::Ranks { rank: 0, source }.into()
    }
}
