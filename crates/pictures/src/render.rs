//! Makes of a file what is hosted: a picture of our own making, without anything that came along in the file.

use std::io::{Cursor, Write};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType::Lanczos3;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits};
use tenantry_domain::organization::PictureRefused;
use tenantry_domain::organization::picture::{
    HostedFormat, MAX_PIXELS, MAX_SIDE, PictureFormat, check_format, check_pixels, check_size,
};

/// The quality of a JPEG, from 1 to 100.
const QUALITY: u8 = 85;
/// The most bytes of a pixel: red, green, blue and transparency, two bytes each.
const PIXEL_BYTES: u64 = 8;

/// A picture as it is hosted.
pub(crate) struct Rendered {
    pub format: HostedFormat,
    pub bytes: Vec<u8>,
}

/// Decodes a picture, turns it as its camera was held, scales it down to fit, and encodes it anew.
pub(crate) fn render(file: &[u8], said: Option<PictureFormat>) -> Result<Rendered, PictureRefused> {
    check_size(file.len())?;
    let format = check_format(file, said)?;
    let picture = fitted(decode(file, format)?);
    let format = format.hosted();
    let bytes = encode(&picture, format).map_err(|_| PictureRefused::Damaged)?;
    Ok(Rendered { format, bytes })
}

fn decode(file: &[u8], format: PictureFormat) -> Result<DynamicImage, PictureRefused> {
    if format == PictureFormat::Jpeg && !has_end(file) {
        return Err(PictureRefused::Damaged);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), known(format));
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(refused)?;
    check_pixels(decoder.dimensions())?;
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

const fn known(format: PictureFormat) -> ImageFormat {
    match format {
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::Png => ImageFormat::Png,
        PictureFormat::Gif => ImageFormat::Gif,
    }
}

/// What decoding may take, whatever a file says of itself.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MAX_PIXELS * PIXEL_BYTES);
    limits
}

#[expect(clippy::needless_pass_by_value, reason = "what errors are mapped by")]
fn refused(error: ImageError) -> PictureRefused {
    match error {
        ImageError::Limits(_) => PictureRefused::TooManyPixels,
        _ => PictureRefused::Damaged,
    }
}

fn fitted(picture: DynamicImage) -> DynamicImage {
    if picture.width().max(picture.height()) <= MAX_SIDE {
        return picture;
    }
    picture.resize(MAX_SIDE, MAX_SIDE, Lanczos3)
}

fn encode(picture: &DynamicImage, format: HostedFormat) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    match format {
        HostedFormat::Jpeg => picture
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?,
        HostedFormat::Png if picture.color().has_alpha() => {
            picture.to_rgba8().write_with_encoder(png(&mut bytes))?;
        }
        HostedFormat::Png => picture.to_rgb8().write_with_encoder(png(&mut bytes))?,
    }
    Ok(bytes)
}

fn png<W: Write>(to: W) -> PngEncoder<W> {
    PngEncoder::new_with_quality(to, CompressionType::Best, FilterType::Adaptive)
}

/// Whether the marker that ends a JPEG (ITU T.81, B.1.1) is behind the start of its last scan. The decoder paints grey what is missing.
fn has_end(file: &[u8]) -> bool {
    const START_OF_SCAN: [u8; 2] = [0xff, 0xda];
    const END: [u8; 2] = [0xff, 0xd9];
    let last = |marker: [u8; 2]| file.windows(2).rposition(|pair| pair == marker);
    last(START_OF_SCAN) < last(END)
}
