"""Where a plan contradicts itself: figures that differ, sums that fail, intentions that oppose."""
