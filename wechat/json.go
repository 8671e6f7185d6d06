package wechat

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// appender is a message that writes itself as JSON. Those that are sent by the
// thousand do so without reflection; each writes what its tags say.
type appender interface{ appendJSON(w *jsonWriter) }

// jsonWriter writes an object from left to right.
type jsonWriter struct {
	b   []byte
	bad bool // a text was not UTF-8
}

func (w *jsonWriter) open()  { w.b = append(w.b, '{') }
func (w *jsonWriter) close() { w.b = append(w.b, '}') }

// key begins a member.
func (w *jsonWriter) key(name string) {
	if last := w.b[len(w.b)-1]; last != '{' && last != '[' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

func (w *jsonWriter) text(name, value string) {
	w.key(name)
	w.quote(value)
}

// given leaves an empty text out.
func (w *jsonWriter) given(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

// set leaves out a switch that is nil.
func (w *jsonWriter) set(name string, value *int) {
	if value != nil {
		w.key(name)
		w.b = strconv.AppendInt(w.b, int64(*value), 10)
	}
}

func (w *jsonWriter) quote(s string) {
	w.b = append(w.b, '"')
	w.escape(s)
	w.b = append(w.b, '"')
}

// escape escapes what JSON asks for and nothing else: WeChat wants UTF-8.
func (w *jsonWriter) escape(s string) {
	if !utf8.ValidString(s) {
		w.bad = true
	}
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		w.b = append(w.b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			w.b = append(w.b, '\\', c)
		case '\n':
			w.b = append(w.b, '\\', 'n')
		case '\r':
			w.b = append(w.b, '\\', 'r')
		case '\t':
			w.b = append(w.b, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			w.b = append(w.b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	w.b = append(w.b, s[from:]...)
}

// data writes a template's fields in the order of their names, so that the same
// message is the same bytes.
func (w *jsonWriter) data(fields map[string]DataValue) {
	w.key("data")
	if fields == nil {
		w.b = append(w.b, "null"...)
		return
	}
	var room [16]string
	names := slices.AppendSeq(room[:0], maps.Keys(fields))
	slices.Sort(names)
	w.open()
	for i, name := range names {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.quote(name)
		w.b = append(w.b, ':')
		w.open()
		w.text("value", fields[name].Value)
		w.given("color", fields[name].Color)
		w.close()
	}
	w.close()
}

func (w *jsonWriter) miniprogram(m *Miniprogram) {
	if m.IsZero() {
		return
	}
	w.key("miniprogram")
	w.open()
	w.text("appid", m.AppID)
	w.given("pagepath", m.PagePath)
	w.close()
}

// write is encode for an appender.
func (e *encoder) write(a appender) ([]byte, error) {
	e.own.b, e.own.bad = e.own.b[:0], false
	a.appendJSON(&e.own)
	if e.own.bad {
		return nil, fault("body", ruleUTF8)
	}
	return bytes.Clone(e.own.b), nil
}

func (m SubscribeMsg) appendJSON(w *jsonWriter) {
	w.open()
	w.text("touser", m.ToUser)
	w.text("template_id", m.TemplateID)
	w.given("page", m.Page)
	w.miniprogram(m.Miniprogram)
	w.given("miniprogram_state", m.MiniprogramState)
	w.given("lang", m.Lang)
	w.given("client_msg_id", m.ClientMsgID)
	w.data(m.Data)
	w.close()
}

func (m WeappSubscribeMsg) appendJSON(w *jsonWriter) {
	w.open()
	w.text("touser", m.ToUser)
	w.text("template_id", m.TemplateID)
	w.given("page", m.Page)
	w.given("miniprogram_state", m.MiniprogramState)
	w.given("lang", m.Lang)
	w.data(m.Data)
	w.close()
}

func (m TemplateMsg) appendJSON(w *jsonWriter) {
	w.open()
	w.text("touser", m.ToUser)
	w.text("template_id", m.TemplateID)
	w.given("url", m.URL)
	w.miniprogram(m.Miniprogram)
	w.given("client_msg_id", m.ClientMsgID)
	w.data(m.Data)
	w.close()
}

func (m UniformMsg) appendJSON(w *jsonWriter) {
	w.open()
	w.text("touser", m.ToUser)
	if h := m.Weapp; h != nil {
		w.key("weapp_template_msg")
		w.open()
		w.text("template_id", h.TemplateID)
		w.text("page", h.Page)
		w.text("form_id", h.FormID)
		w.data(h.Data)
		w.text("emphasis_keyword", h.EmphasisKeyword)
		w.close()
	}
	if h := m.MP; h != nil {
		w.key("mp_template_msg")
		w.open()
		w.text("appid", h.AppID)
		w.text("template_id", h.TemplateID)
		w.text("url", h.URL)
		w.miniprogram(h.Miniprogram)
		w.data(h.Data)
		w.close()
	}
	w.close()
}

func (d Draft) appendJSON(w *jsonWriter) {
	w.open()
	appendList(w, "articles", d.Articles, DraftArticle.appendJSON)
	w.close()
}

func (a DraftArticle) appendJSON(w *jsonWriter) {
	w.open()
	w.given("article_type", a.ArticleType)
	w.text("title", a.Title)
	w.given("author", a.Author)
	w.given("digest", a.Digest)
	w.text("content", a.Content)
	w.given("content_source_url", a.ContentSourceURL)
	w.given("thumb_media_id", a.ThumbMediaID)
	w.set("show_cover_pic", a.ShowCoverPic)
	w.set("need_open_comment", a.NeedOpenComment)
	w.set("only_fans_can_comment", a.OnlyFansCanComment)
	w.given("pic_crop_235_1", a.PicCrop2351)
	w.given("pic_crop_1_1", a.PicCrop11)
	if a.ImageInfo != nil {
		w.key("image_info")
		w.open()
		appendList(w, "image_list", a.ImageInfo.ImageList, func(image ImageID, w *jsonWriter) {
			w.open()
			w.text("image_media_id", image.ImageMediaID)
			w.close()
		})
		w.close()
	}
	if a.CoverInfo != nil {
		w.key("cover_info")
		a.CoverInfo.appendJSON(w)
	}
	if a.ProductInfo != nil {
		w.key("product_info")
		w.open()
		w.key("footer_product_info")
		w.open()
		w.text("product_key", a.ProductInfo.FooterProductInfo.ProductKey)
		w.close()
		w.close()
	}
	w.close()
}

func (c CoverInfo) appendJSON(w *jsonWriter) {
	w.open()
	appendList(w, "crop_percent_list", c.CropPercentList, func(cut CropPercent, w *jsonWriter) {
		w.open()
		w.text("ratio", cut.Ratio)
		w.text("x1", cut.X1)
		w.text("y1", cut.Y1)
		w.text("x2", cut.X2)
		w.text("y2", cut.Y2)
		w.close()
	})
	w.close()
}

// appendList writes an array below a key, each of its values by one.
func appendList[T any](w *jsonWriter, key string, values []T, one func(T, *jsonWriter)) {
	w.key(key)
	w.b = append(w.b, '[')
	for i, value := range values {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		one(value, w)
	}
	w.b = append(w.b, ']')
}
