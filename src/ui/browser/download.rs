//! Saves files. Each is made on the page and given to the browser; nothing is sent.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Document, Element, HtmlAnchorElement,
    HtmlCanvasElement, HtmlImageElement, Url, Window, XmlSerializer,
};

/// Pixels of a picture per unit of the drawing.
const SHARP: u32 = 2;

/// The properties that a drawing gets from the style sheet, which is not saved with it.
const LOOK: [&str; 13] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "paint-order",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
];

/// Saves a text as a file of this name.
pub fn save(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = Array::of1(&text.into());
    hand_over(&Blob::new_with_str_sequence_and_options(&parts, &kind)?, name)
}

/// A drawing as an SVG file, in the colours that it has on the page.
pub fn svg(drawing: &Element) -> Result<String, JsValue> {
    let (window, document) = page()?;
    let copy: Element = drawing.clone_node_with_deep(true)?.dyn_into()?;
    let (ours, theirs) = (drawing.query_selector_all("*")?, copy.query_selector_all("*")?);
    let pairs = (0..ours.length()).filter_map(|at| {
        let (one, other) = (ours.item(at)?, theirs.item(at)?);
        Some((one.dyn_into::<Element>().ok()?, other.dyn_into::<Element>().ok()?))
    });
    let pairs: Vec<_> = pairs.chain([(drawing.clone(), copy.clone())]).collect();
    for (one, other) in pairs {
        if other.class_list().contains("hit") {
            other.remove();
            continue;
        }
        if let Some(look) = window.get_computed_style(&one)? {
            for name in LOOK {
                other.set_attribute(name, &look.get_property_value(name)?)?;
            }
        }
        for name in ["class", "data-of", "data-about", "data-arrow"] {
            other.remove_attribute(name)?;
        }
    }
    let (width, height) = (drawing.client_width().to_string(), drawing.client_height().to_string());
    let ground = document.create_element_ns(Some("http://www.w3.org/2000/svg"), "rect")?;
    let panel = drawing.closest(".panel")?.unwrap_or_else(|| drawing.clone());
    let colour = match window.get_computed_style(&panel)? {
        Some(look) => look.get_property_value("background-color")?,
        None => "white".to_owned(),
    };
    for (name, value) in [("width", width.as_str()), ("height", &height)] {
        copy.set_attribute(name, value)?;
        ground.set_attribute(name, value)?;
    }
    ground.set_attribute("fill", &colour)?;
    copy.insert_before(&ground, copy.first_child().as_ref())?;
    XmlSerializer::new()?.serialize_to_string(&copy)
}

/// Saves a drawing as a PNG file.
pub fn save_picture(drawing: &Element, name: String) -> Result<(), JsValue> {
    let (_, document) = page()?;
    let text = svg(drawing)?;
    let (width, height) = (drawing.client_width() as u32, drawing.client_height() as u32);
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width * SHARP);
    canvas.set_height(height * SHARP);
    let image = HtmlImageElement::new()?;
    let drawn = {
        let image = image.clone();
        move || -> Result<(), JsValue> {
            let context = canvas.get_context("2d")?.ok_or("no canvas")?;
            let context: CanvasRenderingContext2d = context.dyn_into()?;
            let (wide, high) = (f64::from(canvas.width()), f64::from(canvas.height()));
            context
                .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, wide, high)?;
            let made = Closure::once_into_js(move |blob: Option<Blob>| {
                // Where the browser makes no picture, there is none to keep.
                let _ = blob.map(|blob| hand_over(&blob, &name));
            });
            canvas.to_blob(made.unchecked_ref())
        }
    };
    let loaded = Closure::once_into_js(move || {
        // A browser without canvas has no picture to give.
        let _ = drawn();
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    // The policy lets in pictures from data, and from nowhere else.
    let data: String = js_sys::encode_uri_component(&text).into();
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{data}"));
    Ok(())
}

fn hand_over(blob: &Blob, name: &str) -> Result<(), JsValue> {
    let (_, document) = page()?;
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

fn page() -> Result<(Window, Document), JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let document = window.document().ok_or("no document")?;
    Ok((window, document))
}
