package wechat

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
)

func TestQRCode(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	made, err := c.CreateQRCode(t.Context(), QRCode{Scene: "spring", Expires: 7 * 24 * time.Hour})
	if err != nil || made.Ticket == "" || made.URL == "" || made.Expires != 7*24*time.Hour {
		t.Fatalf("CreateQRCode = %+v, %v", made, err)
	}
	sameJSON(t, "CreateQRCode", s.ReceivedOn(apis.QRCreate.Path)[0].Body, `{"expire_seconds":604800,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"spring"}}}`)
	picture, err := c.QRPicture(t.Context(), made.Ticket)
	if err != nil || http.DetectContentType(picture) != "image/jpeg" {
		t.Errorf("QRPicture = %d bytes, %v, want a JPEG", len(picture), err)
	}
	s.Advance(8 * 24 * time.Hour)
	if _, err := c.QRPicture(t.Context(), made.Ticket); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("QRPicture after its time = %v, want a 404", err)
	}

	forever, err := c.CreateQRCode(t.Context(), QRCode{Scene: "店", Permanent: true})
	if err != nil || forever.Expires != 0 {
		t.Errorf("CreateQRCode for good = %+v, %v", forever, err)
	}
	sameJSON(t, "CreateQRCode", s.ReceivedOn(apis.QRCreate.Path)[1].Body, `{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":"店"}}}`)
	if all := s.QRCodes(); len(all) != 2 || !all[1].Permanent || all[0].Scene != "spring" {
		t.Errorf("QRCodes = %+v", all)
	}
	if short, err := c.CreateQRCode(t.Context(), QRCode{Scene: "s"}); err != nil || short.Expires != time.Minute {
		t.Errorf("CreateQRCode without a time = %+v, %v, want a minute", short, err)
	}
}

func TestQRCodeCheck(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	create := func(q QRCode) error { _, err := c.CreateQRCode(t.Context(), q); return err }
	checked(t, "no scene", create(QRCode{}), "scene_str: required")
	checked(t, "a long scene", create(QRCode{Scene: strings.Repeat("茶", 65)}), "scene_str: at most 64 characters, not 65")
	checked(t, "no UTF-8", create(QRCode{Scene: "\xff"}), "scene_str: the text is not valid UTF-8")
	checked(t, "too long", create(QRCode{Scene: "s", Expires: 31 * 24 * time.Hour}), "expire_seconds: must be 1 to 2592000, not 2678400")
	checked(t, "for good and not", create(QRCode{Scene: "s", Permanent: true, Expires: time.Hour}), "expire_seconds: give exactly one of expire_seconds, QR_LIMIT_STR_SCENE")
	if n := len(s.Received()); n != 0 {
		t.Errorf("%d calls were made, want none", n)
	}
	s.Certified(false)
	if got := fateOf(create(QRCode{Scene: "s"})); got != "refused 48001" {
		t.Errorf("of an account that is not certified: %s, want 48001", got)
	}
}

func TestQRPictureURL(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"":                          "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=a%2Bb",
		"http://127.0.0.1:1/proxy/": "http://127.0.0.1:1/proxy/cgi-bin/showqrcode?ticket=a%2Bb",
	} {
		c, err := New(Options{AppID: "a", AppSecret: "b", BaseURL: base})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.QRPictureURL("a+b"); got != want {
			t.Errorf("QRPictureURL of %q = %s, want %s", base, got, want)
		}
	}
}
