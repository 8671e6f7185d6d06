package wechattest

import (
	"testing"

	"magpie/wechat/apis"
)

func TestAccountsThatShareOrdersCountTogether(t *testing.T) {
	t.Parallel()
	shared := new(Orders)
	a, b, alone := start(t, Options{Orders: shared}), start(t, Options{Orders: shared}), start(t, Options{})
	a.s.Busy(2)
	b.wantCode("the first call", notice, apis.SubscribeSend.Path, -1)
	alone.wantCode("an account beside them", notice, apis.SubscribeSend.Path, 0)
	if left := a.s.Faults(); len(left) != 1 || left[0].Left != 1 {
		t.Errorf("faults left: %v, want one call", left)
	}
	a.wantCode("the second call", notice, apis.SubscribeSend.Path, -1)
	b.wantCode("used up", notice, apis.SubscribeSend.Path, 0)
	b.s.Busy(1)
	a.s.Clear()
	b.wantCode("taken back", notice, apis.SubscribeSend.Path, 0)
}
