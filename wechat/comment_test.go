package wechat

import (
	"fmt"
	"strconv"
	"testing"

	"magpie/wechat/apis"
)

func TestComments(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	of := Commented{MsgDataID: publishedState(t, s, c).PublishID, Index: 1} // the pretended WeChat gives one number to both
	first := strconv.Itoa(s.Comment(of.MsgDataID, 1, "oA", "好茶"))
	second := strconv.Itoa(s.Comment(of.MsgDataID, 1, "", "where?"))
	s.Comment(of.MsgDataID, 0, "oC", "elsewhere")

	page, err := c.Comments(t.Context(), of, 0, 10, AllComments)
	if err != nil || len(page.Comments) != 2 || page.More {
		t.Fatalf("Comments = %+v, %v", page, err)
	}
	sameJSON(t, "Comments", s.ReceivedOn(apis.CommentList.Path)[0].Body, `{"msg_data_id":`+of.MsgDataID+`,"index":1,"begin":0,"count":10,"type":0}`)
	if got := page.Comments[1]; got.ID != first || got.OpenID != "oA" || got.Text != "好茶" || got.Featured || got.At.IsZero() {
		t.Errorf("the first comment is %+v", got)
	}
	if got := page.Comments[0]; got.ID != second || got.OpenID != "" {
		t.Errorf("the latest comment is %+v, want the one without an openid", got)
	}

	for name, do := range map[string]struct {
		err  error
		path string
		want string
	}{
		"ReplyToComment": {c.ReplyToComment(t.Context(), of, first, "谢谢"), apis.CommentReply.Path, `{"msg_data_id":` + of.MsgDataID + `,"index":1,"user_comment_id":` + first + `,"content":"谢谢"}`},
		"FeatureComment": {c.FeatureComment(t.Context(), of, first), apis.CommentElect.Path, `{"msg_data_id":` + of.MsgDataID + `,"index":1,"user_comment_id":` + first + `}`},
		"CloseComments":  {c.CloseComments(t.Context(), of), apis.CommentClose.Path, `{"msg_data_id":` + of.MsgDataID + `,"index":1}`},
	} {
		if do.err != nil {
			t.Errorf("%s = %v", name, do.err)
			continue
		}
		sameJSON(t, name, s.ReceivedOn(do.path)[0].Body, do.want)
	}
	page, err = c.Comments(t.Context(), of, 0, 1, FeaturedComments)
	if err != nil || len(page.Comments) != 1 || !page.Comments[0].Featured || page.Comments[0].Reply != "谢谢" || page.Comments[0].ReplyAt.IsZero() || !page.More {
		t.Errorf("featured Comments = %+v, %v", page, err)
	}
	if !s.CommentsClosed(of.MsgDataID, 1) {
		t.Error("the comments are open")
	}
	for name, err := range map[string]error{
		"DeleteReply": c.DeleteReply(t.Context(), of, first), "UnfeatureComment": c.UnfeatureComment(t.Context(), of, first),
		"DeleteComment": c.DeleteComment(t.Context(), of, second), "OpenComments": c.OpenComments(t.Context(), of),
	} {
		if err != nil {
			t.Errorf("%s = %v", name, err)
		}
	}
	if all := s.Comments(); len(all) != 2 || all[0].Reply != "" || all[0].Featured || s.CommentsClosed(of.MsgDataID, 1) {
		t.Errorf("in the end there are %+v", all)
	}
}

func TestCommentRefusals(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	of := Commented{MsgDataID: publishedState(t, s, c).PublishID}
	one := strconv.Itoa(s.Comment(of.MsgDataID, 0, "oA", "好茶"))
	list := func(of Commented, count int) error {
		_, err := c.Comments(t.Context(), of, 0, count, AllComments)
		return err
	}
	checked(t, "no article", list(Commented{}, 50), "msg_data_id: required\ncount: must be 1 to 49, not 50")
	checked(t, "no comment", c.FeatureComment(t.Context(), of, "x"), "user_comment_id: digits only, with at most one decimal point")
	checked(t, "no answer", c.ReplyToComment(t.Context(), of, one, ""), "content: required")

	if err := c.ReplyToComment(t.Context(), of, one, "谢谢"); err != nil {
		t.Fatal(err)
	}
	for code, err := range map[int]error{
		88001: list(Commented{MsgDataID: "1"}, 10),
		88005: c.ReplyToComment(t.Context(), of, one, "again"),
		88008: c.DeleteComment(t.Context(), of, "999999"),
		88010: c.call(t.Context(), request{api: apis.CommentList, in: map[string]any{"msg_data_id": of.MsgDataID, "index": 0, "begin": 0, "count": 50, "type": 0}, out: &commentsReply{}}),
	} {
		if got := fateOf(err); got != fmt.Sprint("refused ", code) {
			t.Errorf("%v, want %d", err, code)
		}
	}
	if err := c.DeleteReply(t.Context(), of, one); err != nil {
		t.Fatal(err)
	}
	if got := fateOf(c.DeleteReply(t.Context(), of, one)); got != "refused 88009" {
		t.Errorf("DeleteReply of none: %s, want 88009", got)
	}
	s.NoComments(true)
	if got := fateOf(c.OpenComments(t.Context(), of)); got != "refused 88000" {
		t.Errorf("OpenComments of an account without them: %s, want 88000", got)
	}
	s.Certified(false)
	if got := fateOf(c.CloseComments(t.Context(), of)); got != "refused 48001" {
		t.Errorf("CloseComments of an account that is not certified: %s, want 48001", got)
	}
}
