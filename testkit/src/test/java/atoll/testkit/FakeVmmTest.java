package atoll.testkit;

import atoll.vmm.Vmm;

/// The fake keeps the promises that the real drivers keep.
class FakeVmmTest extends VmmContract {
  @Override
  protected Vmm vmm() {
    return new FakeVmm();
  }
}
