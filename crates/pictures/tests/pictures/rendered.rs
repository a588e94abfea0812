//! What is made of files.

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage};
use tenantry_application::ports::PictureHost;
use tenantry_domain::organization::PictureRefused;
use tenantry_domain::organization::picture::{MAX_BYTES, PictureFormat};
use tenantry_test_site::samples;

use crate::support::{Host, inline};

#[test]
fn o4_what_may_be_transparent_becomes_png_and_the_rest_jpeg() {
    let host = Host::new();
    for (media_type, file, format) in [
        ("image/png", samples::png(), ImageFormat::Png),
        ("image/gif", samples::gif(), ImageFormat::Png),
        ("image/jpeg", samples::jpeg(), ImageFormat::Jpeg),
    ] {
        let (shown, found) = host.shown(&inline(media_type, &file));
        assert_eq!(found, format, "{media_type}");
        assert_eq!((shown.width(), shown.height()), (20, 10));
        let shown = shown.to_rgba8();
        assert_eq!(
            shown.get_pixel(0, 0)[3] == 0,
            format == ImageFormat::Png,
            "{media_type}"
        );
        let [red, _, blue, _] = shown.get_pixel(2, 5).0;
        assert!(red > 200 && blue < 50, "{media_type}");
        let [red, _, blue, _] = shown.get_pixel(18, 5).0;
        assert!(red < 50 && blue > 200, "{media_type}");
    }
}

#[test]
fn o4_a_picture_is_scaled_down_to_fit_and_never_up() {
    let host = Host::new();
    for (sent, shown) in [
        ((1000, 500), (512, 256)),
        ((300, 600), (256, 512)),
        ((513, 1), (512, 1)),
        ((1, 2000), (1, 512)),
        ((512, 512), (512, 512)),
        ((1, 1), (1, 1)),
    ] {
        let file = samples::picture(ImageFormat::Png, sent);
        let (found, _) = host.shown(&inline("image/png", &file));
        assert_eq!((found.width(), found.height()), shown, "{sent:?}");
    }
}

#[test]
fn o4_nothing_but_the_picture_is_left_and_it_is_the_right_way_up() {
    let host = Host::new();
    let image = RgbImage::from_fn(20, 10, |x, _| {
        if x < 10 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        }
    });
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new(&mut file);
    // A TIFF with one entry: orientation 6, turned to the left by a quarter.
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    assert_eq!(Orientation::from_exif_chunk(&exif), Some(Orientation::Rotate90));
    exif.extend(b"secret");
    encoder.set_exif_metadata(exif).unwrap();
    DynamicImage::from(image).write_with_encoder(encoder).unwrap();
    file.extend(b"secret");
    let id = host.host(&inline("image/jpeg", &file)).unwrap();
    let bytes = host.pictures.find(&id).unwrap().unwrap();
    assert!(!bytes.windows(6).any(|part| part == b"secret"));
    let shown = image::load_from_memory(&bytes).unwrap().to_rgb8();
    assert_eq!(shown.dimensions(), (10, 20));
    assert!(shown.get_pixel(5, 2)[0] > 200 && shown.get_pixel(5, 18)[2] > 200);
}

#[test]
fn o4_a_small_file_that_would_become_large_is_refused_before_it_does() {
    let host = Host::new();
    for (media_type, file) in [
        ("image/png", samples::png_bomb()),
        ("image/jpeg", samples::jpeg_bomb()),
        ("image/gif", samples::gif_bomb()),
    ] {
        let refused = host.host(&inline(media_type, &file));
        assert_eq!(refused, Err(PictureRefused::TooManyPixels), "{media_type}");
    }
}

#[test]
fn o4_a_file_that_is_not_all_there_is_refused() {
    let host = Host::new();
    for (media_type, file) in [
        ("image/png", samples::png()),
        ("image/jpeg", samples::jpeg()),
        ("image/gif", samples::gif()),
    ] {
        for quarters in 1..4 {
            let part = &file[..file.len() * quarters / 4];
            let refused = host.host(&inline(media_type, part));
            assert_eq!(
                refused,
                Err(PictureRefused::Damaged),
                "{quarters} of {media_type}"
            );
        }
        let mut scribbled = file.clone();
        scribbled[10..file.len() - 2].fill(0x55);
        let refused = host.host(&inline(media_type, &scribbled));
        assert!(refused.is_err(), "{media_type}");
    }
}

#[test]
fn o4_a_file_is_what_its_first_bytes_say() {
    let host = Host::new();
    let refused = host.host(&inline("image/png", &samples::jpeg()));
    let (said, found) = (PictureFormat::Png, PictureFormat::Jpeg);
    assert_eq!(refused, Err(PictureRefused::Contradicts { said, found }));
    for file in [samples::svg(), b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), Vec::new()] {
        let refused = host.host(&inline("image/png", &file));
        assert!(matches!(refused, Err(PictureRefused::Format(_))), "{refused:?}");
    }
    assert_eq!(
        host.host("data:image/png;base64,@@@@"),
        Err(PictureRefused::NotBase64)
    );
}

#[test]
fn o4_two_megabytes_are_taken_and_a_byte_more_is_not() {
    let host = Host::new();
    assert!(
        host.host(&inline("image/png", &samples::large(MAX_BYTES)))
            .is_ok()
    );
    let refused = host.host(&inline("image/png", &samples::large(MAX_BYTES + 1)));
    assert_eq!(refused, Err(PictureRefused::TooLarge));
}

#[test]
fn o4_the_same_picture_has_the_same_name() {
    let host = Host::new();
    let of = |file: &[u8]| host.host(&inline("image/png", file)).unwrap();
    assert_eq!(of(&samples::png()), of(&samples::large(2000)));
    assert_ne!(
        of(&samples::png()),
        of(&samples::picture(ImageFormat::Png, (20, 11)))
    );
}
