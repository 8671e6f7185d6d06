package wechat

import (
	"testing"

	"magpie/wechat/apis"
)

func TestTags(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	if all, err := c.Tags(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("Tags of none = %v, %v", all, err)
	}
	s.Tag(2, "星标组", "oA", "oB")
	s.Tag(100, "茶友", many(10_001)...)
	all, err := c.Tags(t.Context())
	if err != nil || len(all) != 2 || all[0] != (Tag{2, "星标组", 2}) || all[1].Count != 10_001 {
		t.Errorf("Tags = %+v, %v", all, err)
	}
	if n := len(collect(t, c.Tagged(t.Context(), 100))); n != 10_001 {
		t.Errorf("Tagged gives %d, want 10,001", n)
	}
	sameJSON(t, "Tagged", s.ReceivedOn(apis.TagPeople.Path)[0].Body, `{"tagid":100}`)
	if _, err := c.TagPage(t.Context(), 7, ""); failed(t, "TagPage", err).Code != 45159 {
		t.Errorf("TagPage of no tag = %v, want 45159", err)
	}
	_, err = c.TagPage(t.Context(), 0, "")
	checked(t, "TagPage of 0", err, "tagid: required")
	if _, err := c.SendMass(t.Context(), MassFilter{TagID: 7}, MassMsg{MassContent: MassContent{Text: "T"}}); failed(t, "SendMass", err).Code != 45159 {
		t.Errorf("SendMass to no tag = %v, want 45159", err)
	}
}
