package wechat

import (
	"slices"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func TestTagging(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	tag, err := c.CreateTag(t.Context(), "茶友")
	if err != nil || tag.ID == 0 || tag.Name != "茶友" {
		t.Fatalf("CreateTag = %+v, %v", tag, err)
	}
	sameJSON(t, "CreateTag", s.ReceivedOn(apis.TagCreate.Path)[0].Body, `{"tag":{"name":"茶友"}}`)
	if failed, err := c.TagFollowers(t.Context(), tag.ID, []string{"oA", "oB"}); err != nil || len(failed) != 0 {
		t.Fatalf("TagFollowers = %v, %v", failed, err)
	}
	sameJSON(t, "TagFollowers", s.ReceivedOn(apis.TagAdd.Path)[0].Body, `{"openid_list":["oA","oB"],"tagid":100}`)
	s.NotTagged("oC")
	if failed, err := c.TagFollowers(t.Context(), tag.ID, []string{"oC", "oD"}); err != nil || !slices.Equal(failed, []string{"oC"}) {
		t.Errorf("TagFollowers with one who cannot be tagged = %v, %v, want oC named", failed, err)
	}
	if failed, err := c.UntagFollowers(t.Context(), tag.ID, []string{"oA", "oX"}); err != nil || len(failed) != 0 {
		t.Errorf("UntagFollowers = %v, %v", failed, err)
	}
	if got := collect(t, c.Tagged(t.Context(), tag.ID)); !slices.Equal(got, []string{"oB", "oD"}) {
		t.Errorf("the tag has %v, want oB and oD", got)
	}
}

func TestTaggingRefusals(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	_, err := c.CreateTag(t.Context(), "")
	checked(t, "no name", err, "name: required")
	_, err = c.CreateTag(t.Context(), strings.Repeat("x", 31))
	checked(t, "a long name", err, "name: at most 30 characters, not 31")
	_, err = c.TagFollowers(t.Context(), 0, nil)
	checked(t, "nobody", err, "tagid: required\nopenid_list: must be 1 to 50, not 0")
	_, err = c.UntagFollowers(t.Context(), 2, []string{""})
	checked(t, "an empty openid", err, "openid_list[0]: required")
	_, err = c.TagFollowers(t.Context(), 2, many(51))
	checked(t, "too many", err, "openid_list: must be 1 to 50, not 51")

	refused := func(want string, err error) {
		t.Helper()
		if got := fateOf(err); got != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	create := func(name string) error { _, err := c.CreateTag(t.Context(), name); return err }
	tag := func(id int, who ...string) error { _, err := c.TagFollowers(t.Context(), id, who); return err }
	refused("done", create("茶"))
	refused("refused 45157", create("茶"))
	refused("refused 45158", create("一二三四五六七八九十一"))
	refused("refused 45159", tag(7, "oA"))
	refused("refused 45169", tag(100, "oA", "oA"))
	s.Unknown("oX")
	refused("refused 40003", tag(100, "oX"))
	for i := range 20 {
		s.Tag(200+i, strings.Repeat("t", i+1), "oFULL")
	}
	refused("refused 45059", tag(100, "oFULL"))
	for i := range 80 {
		s.Tag(300+i, "many"+strings.Repeat("t", i))
	}
	refused("refused 45056", create("one more"))
	// A 45171 that names nobody is a refusal: it is not known who has the tag.
	_, err = answering(t, `{"errcode":45171,"errmsg":"some openid fail"}`).TagFollowers(t.Context(), 2, []string{"oA"})
	refused("refused 45171", err)
	s.Certified(false)
	refused("refused 48001", create("x"))
}
