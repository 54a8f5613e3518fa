//! The verdict on an update: the loss, the norm of the gradient, and whether both are finite.
//!
//! Every launch that writes a verdict has a number of its own, which it writes beside the loss. Some
//! drivers report a command that they killed as done, and memory then holds what was there before: a
//! verdict with another number is a device fault.

use crate::DeviceFault;
use crate::gpu::adapter::{limits, scalar};
use crate::gpu::buffers::{assert_shape, buffer, empty};
use crate::gpu::combine::{UNITS, is_finite, total};
use crate::gpu::order::unit_x;
use crate::update::{Criteria, Measured};
use burn::backend::ops::FloatTensorOps;
use burn::backend::{DType, TensorMetadata};
use burn_cubecl::CubeBackend;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// Words of a verdict: the bits of the loss and of the norm, whether the update was made, and the
/// number.
const WORDS: usize = 4;
const MADE: usize = 2;
const NUMBER: usize = 3;

/// A verdict on the device, on its way to the host.
pub(crate) struct Verdict {
    /// i32, `[WORDS]`.
    words: CubeTensor,
    number: i32,
    reading: Mutex<Reading>,
}

/// How far the words are.
enum Reading {
    /// They come when the device has done all that was launched before.
    Started(Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>>),
    Done(Result<Vec<u8>, DeviceFault>),
}

impl fmt::Debug for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Verdict").field("number", &self.number).finish_non_exhaustive()
    }
}

/// What a verdict rests on.
#[derive(Debug)]
pub(super) struct Evidence {
    /// Sums of squares, `[blocks]`.
    squares: CubeTensor,
    /// `[batches]`.
    losses: CubeTensor,
    limit: Option<f64>,
    previous: Option<CubeTensor>,
    /// Where the verdict will be: i32, `[WORDS]`.
    words: CubeTensor,
    /// Its number.
    number: i32,
}

impl Evidence {
    pub(super) fn new(squares: &CubeTensor, criteria: Criteria<'_>) -> Self {
        let Criteria { losses, limit, previous } = criteria;
        let mut losses: Vec<CubeTensor> = losses.into_iter().map(super::own_tensor).collect();
        let losses = if losses.len() == 1 {
            losses.remove(0)
        } else {
            super::super::buffers::contiguous(&CubeBackend::float_cat(losses, 0))
        };
        let (client, device) = (squares.client.clone(), squares.device.clone());
        let words = empty_device_contiguous_dtype(client, device, [WORDS].into(), DType::I32);
        let previous = previous.map(|verdict| verdict.0.words.clone());
        let number = next_number();
        Self { squares: squares.clone(), losses, limit, previous, words, number }
    }

    /// The arguments of a kernel.
    pub(super) fn arguments(&self) -> CriteriaArgumentsLaunch {
        let [blocks] = self.squares.shape().dims::<1>();
        let [batches] = self.losses.shape().dims::<1>();
        assert_shape(&self.squares, [blocks]);
        assert_shape(&self.losses, [batches]);
        assert_shape(&self.words, [WORDS]);
        #[expect(clippy::cast_possible_truncation, reason = "the norm is an f32")]
        let limit = self.limit.unwrap_or(0.0) as f32;
        CriteriaArgumentsLaunch::new(
            buffer(&self.squares),
            buffer(&self.losses),
            self.previous.as_ref().map(buffer).into(),
            buffer(&self.words),
            scalar(blocks),
            scalar(batches),
            limit,
            self.number,
        )
    }

    /// Units of a cube that judges.
    pub(super) fn units(&self) -> usize {
        1 << UNITS.min(limits(&self.squares.client).units).ilog2()
    }
}

/// A number that no other launch of this process has.
fn next_number() -> i32 {
    static NEXT: AtomicI32 = AtomicI32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Verdict {
    /// The verdict of a launch that was made last. It is copied to the host as soon as it is there, before
    /// anything that is launched later.
    pub(super) fn of(evidence: Evidence) -> Self {
        let Evidence { words, number, .. } = evidence;
        let (client, handle) = (words.client.clone(), words.handle.clone());
        let mut reading: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
            let words = client.read_async(vec![handle]).await;
            words.map(|mut all| all.remove(0).to_vec()).map_err(|error| error.to_string())
        });
        // The first poll hands the copy to the device.
        let reading = match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(words) => Reading::Done(words.map_err(DeviceFault::new)),
            Poll::Pending => Reading::Started(reading),
        };
        Self { words, number, reading: Mutex::new(reading) }
    }

    /// See [`crate::update::Verdict::read`].
    pub(super) fn read(&self) -> Result<Measured, DeviceFault> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Reading::Started(words) = &mut *reading {
            let words = pollster::block_on(words.as_mut()).map_err(DeviceFault::new);
            *reading = Reading::Done(words);
        }
        let Reading::Done(words) = &*reading else { unreachable!("read above") };
        measured(words.as_ref().map_err(Clone::clone)?, self.number)
    }
}

impl Drop for Verdict {
    /// Waits for a verdict that was not read: a copy on its way to the host cannot be called off.
    fn drop(&mut self) {
        let reading = self.reading.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Reading::Started(words) = reading {
            let _ = pollster::block_on(words.as_mut());
        }
    }
}

/// What the words of a verdict say, if they have its number.
fn measured(words: &[u8], number: i32) -> Result<Measured, DeviceFault> {
    let (words, _) = words.as_chunks();
    let words: Vec<i32> = words.iter().map(|word| i32::from_ne_bytes(*word)).collect();
    if words.get(NUMBER) != Some(&number) {
        return Err(DeviceFault::unfinished());
    }
    let float = |at: usize| f64::from(f32::from_bits(words[at].cast_unsigned()));
    Ok(Measured { loss: float(0), norm: float(1) })
}

/// A launch that writes the verdict, and nothing else but the factor `[1]` of the gradients.
pub(super) fn judge_alone(evidence: Evidence) -> (Verdict, CubeTensor) {
    let scale = empty(&evidence.squares, [1]);
    let units = evidence.units();
    // SAFETY: the kernel stays within the lengths that the arguments assert.
    #[expect(unsafe_code, reason = "a launch without bounds checks")]
    unsafe {
        judge_kernel::launch_unchecked(
            &evidence.squares.client,
            CubeCount::Static(1, 1, 1),
            CubeDim::new_1d(scalar(units)),
            evidence.arguments(),
            buffer(&scale),
            units,
        );
    }
    (Verdict::of(evidence), scale)
}

#[cube(launch_unchecked)]
fn judge_kernel(mut criteria: CriteriaArguments, scale: &mut [f32], #[comptime] units: usize) {
    let found = judge(&criteria, units);
    if unit_x() == 0 {
        scale[0] = found.scale;
        criteria.write(found);
    }
}

/// [`Evidence`] in a kernel.
#[derive(CubeType, CubeLaunch)]
pub(super) struct CriteriaArguments {
    squares: Box<[f32]>,
    losses: Box<[f32]>,
    previous: ComptimeOption<Box<[i32]>>,
    verdict: Box<[i32]>,
    blocks: u32,
    batches: u32,
    /// The largest norm; 0 for none.
    limit: f32,
    number: i32,
}

/// A verdict in a kernel.
#[derive(CubeType, Clone, Copy)]
#[expand(derive(Clone, Copy))]
pub(super) struct Found {
    loss: f32,
    norm: f32,
    /// The factor that clips the gradients.
    pub(super) scale: f32,
    /// Whether the update is made.
    pub(super) made: bool,
}

/// The verdict, the same in every unit of every cube. All units of a cube must call this.
#[cube]
pub(super) fn judge(criteria: &CriteriaArguments, #[comptime] units: usize) -> Found {
    let unit = unit_x() as usize;
    let mut parts = Shared::<[f32]>::new_slice(units);
    let loss = total(&criteria.losses, criteria.batches as usize, &mut parts, unit, units);
    let squares = total(&criteria.squares, criteria.blocks as usize, &mut parts, unit, units);
    let norm = squares.sqrt();
    let before = #[comptime]
    match &criteria.previous {
        ComptimeOption::Some(previous) => previous[MADE],
        ComptimeOption::None => 1i32.runtime(),
    };
    // The norm is compared only where it is a number.
    let mut scale = 1.0f32;
    if criteria.limit > 0.0 {
        scale = criteria.limit / max(norm, criteria.limit);
    }
    let made = is_finite(loss) && is_finite(norm) && before == 1;
    Found { loss, norm, scale, made }
}

#[cube]
impl CriteriaArguments {
    /// Writes the verdict down; one unit of the launch must call this.
    pub(super) fn write(&mut self, found: Found) {
        self.verdict[0] = i32::reinterpret(found.loss);
        self.verdict[1] = i32::reinterpret(found.norm);
        self.verdict[MADE] = select(found.made, 1i32, 0i32);
        self.verdict[NUMBER] = self.number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(number: i32) -> Vec<u8> {
        let words = [1.5_f32.to_bits().cast_signed(), 0.25_f32.to_bits().cast_signed(), 1, number];
        words.into_iter().flat_map(i32::to_ne_bytes).collect()
    }

    #[test]
    fn a_verdict_with_the_number_of_another_is_a_fault() {
        assert_eq!(measured(&words(7), 7), Ok(Measured { loss: 1.5, norm: 0.25 }));
        for (words, number) in [(words(6), 7), (words(7), 8), (Vec::new(), 7), (vec![0; 16], 7)] {
            assert_eq!(measured(&words, number), Err(DeviceFault::unfinished()));
        }
    }
}
