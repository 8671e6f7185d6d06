package wechat

// MassContent is what a mass message says: exactly one of the fields.
type MassContent struct {
	News  string   // the media_id of a draft
	Text  string   // plain text
	Voice string   // a media_id
	Image []string // media_ids
	Video string   // a media_id
}

func (m MassContent) check(f *faults) {
	given := 0
	for _, is := range []bool{m.News != "", m.Text != "", m.Voice != "", len(m.Image) > 0, m.Video != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		f.add("msgtype", ruleOneOf, "mpnews, text, voice, image, mpvideo")
	}
	f.between("images.media_ids", len(m.Image), 0, 20)
}

// massBody is a mass message on the wire; what is nil is left out.
type massBody struct {
	Filter       any        `json:"filter,omitempty"`
	ToUser       any        `json:"touser,omitempty"`
	ToWxName     string     `json:"towxname,omitempty"`
	MPNews       *mediaID   `json:"mpnews,omitempty"`
	Text         *massText  `json:"text,omitempty"`
	Voice        *mediaID   `json:"voice,omitempty"`
	Images       *massImage `json:"images,omitempty"`
	Image        *mediaID   `json:"image,omitempty"`
	MPVideo      *mediaID   `json:"mpvideo,omitempty"`
	MsgType      string     `json:"msgtype"`
	IgnoreCopies *int       `json:"send_ignore_reprint,omitempty"`
	ClientMsgID  string     `json:"clientmsgid,omitempty"`
}

type massText struct {
	Content string `json:"content"`
}

type massImage struct {
	MediaIDs []string `json:"media_ids"`
}

// body writes the content; a preview takes one image and names it otherwise.
func (m MassContent) body(preview bool) massBody {
	var b massBody
	switch {
	case m.News != "":
		b.MPNews, b.MsgType = &mediaID{m.News}, "mpnews"
	case m.Text != "":
		b.Text, b.MsgType = &massText{m.Text}, "text"
	case m.Voice != "":
		b.Voice, b.MsgType = &mediaID{m.Voice}, "voice"
	case m.Video != "":
		b.MPVideo, b.MsgType = &mediaID{m.Video}, "mpvideo"
	case preview:
		b.Image, b.MsgType = &mediaID{m.Image[0]}, "image"
	default:
		b.Images, b.MsgType = &massImage{m.Image}, "image"
	}
	return b
}
