//! Pictures.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

/// A picture of this size: red on its left half, blue on its right, and transparent in its first pixel where the format knows that.
pub fn picture(format: ImageFormat, (width, height): (u32, u32)) -> Vec<u8> {
    let image = RgbaImage::from_fn(width, height, |x, y| match (x, y) {
        (0, 0) => Rgba([255, 0, 0, 0]),
        (x, _) if x < width.div_ceil(2) => Rgba([255, 0, 0, 255]),
        _ => Rgba([0, 0, 255, 255]),
    });
    let image = DynamicImage::from(image);
    let image = match format {
        ImageFormat::Jpeg => image.to_rgb8().into(),
        _ => image,
    };
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

/// A PNG.
pub fn png() -> Vec<u8> {
    picture(ImageFormat::Png, (20, 10))
}

/// A JPEG.
pub fn jpeg() -> Vec<u8> {
    picture(ImageFormat::Jpeg, (20, 10))
}

/// A GIF.
pub fn gif() -> Vec<u8> {
    picture(ImageFormat::Gif, (20, 10))
}

/// A small PNG that says to be 65,535 pixels wide and high, and would be decoded into 16 GiB.
pub fn png_bomb() -> Vec<u8> {
    let mut file = png();
    for at in [16, 20] {
        file.splice(at..at + 4, 65_535_u32.to_be_bytes());
    }
    let header = file.get(12..29).expect("the header of a PNG");
    file.splice(29..33, crc(header).to_be_bytes());
    file
}

/// A small JPEG that says so.
pub fn jpeg_bomb() -> Vec<u8> {
    let mut file = jpeg();
    let frame = file
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .expect("a frame");
    file.splice(frame + 5..frame + 9, [0xff; 4]);
    file
}

/// A small GIF that says so.
pub fn gif_bomb() -> Vec<u8> {
    let mut file = gif();
    file.splice(6..10, [0xff; 4]);
    file
}

/// A drawing, which is a program as well.
pub fn svg() -> Vec<u8> {
    br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#.to_vec()
}

/// A PNG of this many bytes: one with something behind its end.
pub fn large(bytes: usize) -> Vec<u8> {
    let mut file = png();
    file.resize(bytes, 0);
    file
}

/// The checksum of a part of a PNG (PNG specification, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let of_byte = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    };
    !bytes.iter().fold(u32::MAX, of_byte)
}
