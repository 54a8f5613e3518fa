//! Products of matrices in plain f32, and sums of their pieces.
//!
//! A cube computes a square tile, each unit 4 by 4 numbers of it, from stretches of both factors in shared
//! memory. Products that do not depend on each other run in one launch. A product with few tiles and a
//! long sum is cut into pieces along the sum, which [`add_pieces`] adds up in order. Nothing depends on the
//! adapter but how many products share a launch, so results are the same everywhere.

use super::adapter::{Limits, limits, scalar};
use super::budget;
use super::buffers::{assert_shape, buffer, empty};
use super::order::{cube_x, unit_x};
use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Numbers along one side of a unit's part of a tile: a vector.
const SIDE: usize = 4;
/// Depth of the stretches in shared memory.
const DEPTH: usize = 16;
/// The edges of tiles: the small one where the large one would leave a GPU idle.
const EDGES: [usize; 2] = [64, 32];
/// Tiles that keep a GPU busy.
const ENOUGH_TILES: usize = 96;
/// Rows of a sum that are worth a piece of their own.
const FEWEST_ROWS: usize = 256;
/// Pieces of a sum.
const MOST_PIECES: usize = 16;
/// Products in a launch.
const MOST_JOBS: usize = 3;

/// Which factors are stored transposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stored {
    /// `[M, K]` and `[K, N]`.
    Plain,
    /// `[M, K]` and `[N, K]`.
    RightTransposed,
    /// `[K, M]` and `[K, N]`: a sum over many rows.
    LeftTransposed,
}

/// A product to compute, `[M, N]`.
#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) stored: Stored,
    pub(super) left: CubeTensor,
    pub(super) right: CubeTensor,
    /// Added to every row, `[N]`.
    pub(super) bias: Option<CubeTensor>,
    /// Whether the sum of the rows of `right`, `[N]`, is wanted too.
    pub(super) sums: bool,
}

/// A result in pieces to be added up.
#[derive(Debug)]
pub(super) struct Pieces {
    /// `[pieces, M, N]`.
    pub(super) product: CubeTensor,
    /// `[pieces, N]`, where wanted.
    pub(super) sums: Option<CubeTensor>,
}

impl Product {
    pub(super) fn new(stored: Stored, left: &CubeTensor, right: &CubeTensor) -> Self {
        let (left, right) = (left.clone(), right.clone());
        Self { stored, left, right, bias: None, sums: false }
    }

    /// `M`, `N` and `K`.
    fn sizes(&self) -> [usize; 3] {
        let [left, right] = [&self.left, &self.right].map(|it| it.shape().dims::<2>());
        let ([m, k], [other, n]) = match self.stored {
            Stored::Plain => (left, right),
            Stored::RightTransposed => (left, [right[1], right[0]]),
            Stored::LeftTransposed => ([left[1], left[0]], right),
        };
        assert_eq!(k, other, "a product of {left:?} and {right:?}, {:?}", self.stored);
        [m, n, k]
    }

    /// Tiles of one piece, down and across. The sums are one more row.
    fn tiles(&self, edge: usize) -> [usize; 2] {
        let [m, n, _] = self.sizes();
        [(m + usize::from(self.sums)).div_ceil(edge).max(1), n.div_ceil(edge)]
    }

    /// Only sums over rows are cut: elsewhere the depth is a layer's size.
    fn pieces(&self, edge: usize) -> usize {
        let [_, _, k] = self.sizes();
        let tiles: usize = self.tiles(edge).into_iter().product();
        match self.stored {
            Stored::LeftTransposed => {
                ENOUGH_TILES.div_ceil(tiles).min(k / FEWEST_ROWS).clamp(1, MOST_PIECES)
            }
            _ => 1,
        }
    }

    fn buffers(&self) -> usize {
        3 + usize::from(self.bias.is_some()) + usize::from(self.sums)
    }
}

/// Computes a product, `[M, N]`.
pub(super) fn product(product: Product) -> CubeTensor {
    let [m, n, _] = product.sizes();
    let [result] = <[_; 1]>::try_from(products(&[product], None)).expect("one result");
    assert_eq!(result.product.shape().num_elements(), m * n, "a product in one piece");
    reshaped(result.product, [m, n])
}

/// Computes products that do not depend on each other, each multiplied by `scale` `[1]` if given. In one
/// launch where the adapter binds as many buffers and [`budget`] allows it.
pub(super) fn products(all: &[Product], scale: Option<&CubeTensor>) -> Vec<Pieces> {
    let Limits { units, buffers, .. } = limits(&all[0].left.client);
    let enough = |edge: usize| {
        let tiles = |it: &Product| it.tiles(edge).into_iter().product::<usize>() * it.pieces(edge);
        (edge / SIDE).pow(2) <= units && all.iter().map(tiles).sum::<usize>() >= ENOUGH_TILES / 2
    };
    let edge = EDGES.into_iter().find(|edge| enough(*edge)).unwrap_or(EDGES[1]);
    let mut results = Vec::with_capacity(all.len());
    let mut rest = all;
    while !rest.is_empty() {
        let mut bound = usize::from(scale.is_some());
        let fitting = rest.iter().take(MOST_JOBS).take_while(|it| {
            bound += it.buffers();
            bound <= buffers
        });
        let count = fitting.count().max(1);
        let (jobs, others) = rest.split_at(count);
        launch(jobs, scale, edge, &mut results);
        rest = others;
    }
    results
}

fn launch(jobs: &[Product], scale: Option<&CubeTensor>, edge: usize, results: &mut Vec<Pieces>) {
    let client = &jobs[0].left.client;
    let mut stored = [Stored::Plain; MOST_JOBS];
    let mut parts = Vec::with_capacity(jobs.len());
    let mut ends = 0; // cubes
    let mut deepest = 0;
    if let Some(scale) = scale {
        assert_shape(scale, [1]);
    }
    for (job, stored) in jobs.iter().zip(&mut stored) {
        *stored = job.stored;
        let ([m, n, k], [down, across], pieces) = (job.sizes(), job.tiles(edge), job.pieces(edge));
        assert_shape(&job.left, job.left.shape().dims::<2>());
        assert_shape(&job.right, job.right.shape().dims::<2>());
        if let Some(bias) = &job.bias {
            assert_shape(bias, [n]);
        }
        let product = empty(&job.left, [pieces, m, n]);
        let sums = job.sums.then(|| empty(&job.left, [pieces, n]));
        let piece = k.div_ceil(pieces);
        let first = ends;
        ends += down * across * pieces;
        deepest = deepest.max(piece);
        parts.push((job, [m, n, k, piece, down, across, first, ends]));
        results.push(Pieces { product, sums });
    }
    let results = &results[results.len() - jobs.len()..];
    let seconds = budget::of_multiply_adds(edge * edge * deepest);
    for cubes in budget::cubes(ends, seconds) {
        let mut arguments = SequenceArg::<Job>::new();
        for ((job, sizes), result) in parts.iter().zip(results) {
            let [m, n, k, piece, down, across, first, end] = sizes.map(scalar);
            arguments.push(JobLaunch::new(
                buffer(&job.left),
                buffer(&job.right),
                buffer(&result.product),
                job.bias.as_ref().map(buffer).into(),
                result.sums.as_ref().map(buffer).into(),
                m,
                n,
                k,
                piece,
                down,
                across,
                first,
                end,
            ));
        }
        // SAFETY: the kernel reads below M, N and K and writes below M and N of its pieces, and the shapes
        // of all buffers follow from those.
        #[expect(unsafe_code, reason = "a launch without bounds checks")]
        unsafe {
            compute::launch_unchecked(
                client,
                CubeCount::Static(scalar(cubes.len().max(1)), 1, 1),
                CubeDim::new_1d(scalar((edge / SIDE).pow(2))),
                SIDE,
                arguments,
                scale.map(buffer).into(),
                scalar(cubes.start),
                stored,
                edge,
            );
        }
    }
}

/// [`Product`] in a kernel.
#[derive(CubeType, CubeLaunch)]
struct Job {
    left: Box<[f32]>,
    right: Box<[f32]>,
    product: Box<[f32]>,
    bias: ComptimeOption<Box<[f32]>>,
    sums: ComptimeOption<Box<[f32]>>,
    rows: u32,
    columns: u32,
    depth: u32,
    /// Depth of a piece.
    piece: u32,
    /// Tiles of a piece, and the cubes of all pieces.
    down: u32,
    across: u32,
    first: u32,
    end: u32,
}

#[allow(
    clippy::needless_pass_by_value,
    clippy::needless_range_loop,
    reason = "kernels take optional buffers by value, and unroll over ranges only"
)]
#[cube(launch_unchecked)]
fn compute<N: Size>(
    mut jobs: Sequence<Job>,
    scale: ComptimeOption<Box<[f32]>>,
    first_cube: u32,
    #[comptime] stored: [Stored; 3],
    #[comptime] edge: usize,
) {
    let cube = first_cube + cube_x();
    let stride = comptime!(edge / SIDE + 1); // one more, so that units write to different banks
    let mut left = Shared::<[Vector<f32, N>]>::new_slice(comptime!(DEPTH * stride));
    let mut right = Shared::<[Vector<f32, N>]>::new_slice(comptime!(DEPTH * stride));
    let factor = #[comptime]
    match &scale {
        ComptimeOption::Some(scale) => scale[0],
        ComptimeOption::None => 1.0f32.runtime(),
    };
    #[unroll]
    for index in 0..jobs.len() {
        let job = jobs.index_mut(index);
        let (first, end) = (job.first, job.end);
        if cube >= first && cube < end {
            tile::<N>(
                job,
                (cube - first) as usize,
                factor,
                &mut left,
                &mut right,
                comptime!(stored[index]),
                edge,
            );
        }
    }
}

/// One tile of one piece of a product.
#[allow(clippy::too_many_lines, reason = "loads, sums and stores share their places")]
#[cube]
fn tile<N: Size>(
    job: &mut Job,
    cube: usize,
    factor: f32,
    left: &mut Shared<[Vector<f32, N>]>,
    right: &mut Shared<[Vector<f32, N>]>,
    #[comptime] stored: Stored,
    #[comptime] edge: usize,
) {
    let vectors = comptime!(edge / SIDE);
    let stride = comptime!(vectors + 1);
    let units = comptime!(vectors * vectors);
    let unit = unit_x() as usize;
    let (rows, columns) = (job.rows as usize, job.columns as usize);
    let (depth, across) = (job.depth as usize, job.across as usize);
    let tiles = job.down as usize * across;
    let piece = cube / tiles;
    let first_row = cube % tiles / across * edge;
    let first_column = cube % tiles % across * edge;
    let from = piece * job.piece as usize;
    let to = min(from + job.piece as usize, depth);
    let (row, column) = (unit / vectors, unit % vectors);

    let mut sums = Array::<Vector<f32, N>>::new(SIDE);
    #[unroll]
    for i in 0..SIDE {
        sums[i] = Vector::new(0.0);
    }
    let mut start = from;
    while start < to {
        #[unroll]
        for round in 0..comptime!(DEPTH * vectors / units) {
            let at = unit + round * units;
            // Neighbouring units read neighbouring numbers.
            let (k, v) = if comptime!(stored == Stored::LeftTransposed) {
                (at / vectors, at % vectors)
            } else {
                (at % DEPTH, at / DEPTH)
            };
            let mut numbers = Vector::<f32, N>::new(0.0);
            #[unroll]
            for i in 0..SIDE {
                let (m, k) = (first_row + v * SIDE + i, start + k);
                let mut number = 0.0f32;
                if k < to {
                    if m < rows {
                        number = if comptime!(stored == Stored::LeftTransposed) {
                            job.left[k * rows + m]
                        } else {
                            job.left[m * depth + k]
                        };
                    } else if m == rows {
                        number = 1.0f32.runtime(); // the row of sums, where it is wanted
                    }
                }
                numbers.insert(i, number);
            }
            left[k * stride + v] = numbers;

            let (k, v) = if comptime!(stored == Stored::RightTransposed) {
                (at % DEPTH, at / DEPTH)
            } else {
                (at / vectors, at % vectors)
            };
            let mut numbers = Vector::<f32, N>::new(0.0);
            #[unroll]
            for i in 0..SIDE {
                let (n, k) = (first_column + v * SIDE + i, start + k);
                let mut number = 0.0f32;
                if k < to && n < columns {
                    number = if comptime!(stored == Stored::RightTransposed) {
                        job.right[n * depth + k]
                    } else {
                        job.right[k * columns + n]
                    };
                }
                numbers.insert(i, number);
            }
            right[k * stride + v] = numbers;
        }
        sync_cube();
        #[unroll]
        for k in 0..DEPTH {
            let a = left[k * stride + row];
            let b = right[k * stride + column];
            #[unroll]
            for i in 0..SIDE {
                sums[i] = fma(Vector::new(a.extract(i)), b, sums[i]);
            }
        }
        sync_cube();
        start += DEPTH;
    }

    #[unroll]
    for i in 0..SIDE {
        let m = first_row + row * SIDE + i;
        #[unroll]
        for j in 0..SIDE {
            let n = first_column + column * SIDE + j;
            if n < columns {
                let sum = sums[i].extract(j) * factor;
                if m < rows {
                    let bias = #[comptime]
                    match &job.bias {
                        ComptimeOption::Some(bias) => bias[n],
                        ComptimeOption::None => 0.0f32.runtime(),
                    };
                    job.product[(piece * rows + m) * columns + n] = sum + bias;
                }
                #[comptime]
                match &mut job.sums {
                    ComptimeOption::Some(out) => {
                        if m == rows {
                            out[piece * columns + n] = sum;
                        }
                    }
                    ComptimeOption::None => {}
                }
            }
        }
    }
}

/// Numbers of a cube that adds up pieces.
const NUMBERS: usize = 256;

/// Adds up the pieces of each of `all`, `[pieces, ...]` of any shape, in one launch where the adapter binds
/// as many buffers: `[N]` each, in order. What is in one piece stays where it is.
pub(super) fn add_pieces(all: &[CubeTensor]) -> Vec<CubeTensor> {
    let several: Vec<&CubeTensor> = all.iter().filter(|it| it.shape()[0] > 1).collect();
    let mut added = Vec::with_capacity(several.len());
    if let Some(first) = several.first() {
        let Limits { units, buffers, .. } = limits(&first.client);
        let units = 1 << NUMBERS.min(units).ilog2();
        for several in several.chunks((buffers / 2).max(1)) {
            let (mut ends, mut most) = (0, 0); // cubes, pieces
            let mut parts = Vec::with_capacity(several.len());
            for pieces in several {
                let shape = pieces.shape();
                let count = shape.num_elements() / shape[0];
                assert!(pieces.is_contiguous(), "pieces in order");
                let first = ends;
                ends += count.div_ceil(units);
                most = most.max(shape[0]);
                parts.push((*pieces, empty(pieces, [count]), [shape[0], count, first, ends]));
            }
            for cubes in budget::cubes(ends, budget::of_numbers(units * (most + 1))) {
                let mut arguments = SequenceArg::<Addition>::new();
                for (pieces, sum, sizes) in &parts {
                    let [pieces_of, count, first, end] = sizes.map(scalar);
                    let (pieces, sum) = (buffer(pieces), buffer(sum));
                    arguments.push(AdditionLaunch::new(pieces, sum, pieces_of, count, first, end));
                }
                // SAFETY: the kernel stays below `count` in each piece and in the sum.
                #[expect(unsafe_code, reason = "a launch without bounds checks")]
                unsafe {
                    add::launch_unchecked(
                        &first.client,
                        CubeCount::Static(scalar(cubes.len().max(1)), 1, 1),
                        CubeDim::new_1d(scalar(units)),
                        arguments,
                        scalar(cubes.start),
                        units,
                    );
                }
            }
            added.extend(parts.into_iter().map(|(_, sum, _)| sum));
        }
    }
    let mut added = added.into_iter();
    let result = |tensor: &CubeTensor| {
        if tensor.shape()[0] > 1 {
            added.next().expect("a sum of all that are in pieces")
        } else {
            let count = tensor.shape().num_elements();
            reshaped(tensor.clone(), [count])
        }
    };
    all.iter().map(result).collect()
}

/// Pieces and their sum.
#[derive(CubeType, CubeLaunch)]
struct Addition {
    pieces: Box<[f32]>,
    sum: Box<[f32]>,
    count: u32,
    numbers: u32,
    first: u32,
    end: u32,
}

#[cube(launch_unchecked)]
fn add(mut all: Sequence<Addition>, first_cube: u32, #[comptime] units: usize) {
    let cube = first_cube + cube_x();
    #[unroll]
    for index in 0..all.len() {
        let one = all.index_mut(index);
        if cube >= one.first && cube < one.end {
            let at = (cube - one.first) as usize * units + unit_x() as usize;
            let numbers = one.numbers as usize;
            if at < numbers {
                let mut sum = 0.0f32;
                for piece in 0..one.count as usize {
                    sum += one.pieces[piece * numbers + at];
                }
                one.sum[at] = sum;
            }
        }
    }
}

/// The same numbers in another shape, without a copy.
pub(super) fn reshaped<const D: usize>(tensor: CubeTensor, shape: [usize; D]) -> CubeTensor {
    assert!(tensor.is_contiguous(), "numbers in order");
    assert_eq!(tensor.shape().num_elements(), shape.iter().product::<usize>(), "as many numbers");
    let CubeTensor { client, handle, device, dtype, .. } = tensor;
    CubeTensor::new_contiguous(client, device, shape.into(), handle, dtype)
}
