"""What both instances run; it ends after a few greetings, so that the example does too."""
import os
import sys
import time

import greeting

os.makedirs(os.environ["STATE_ROOT"], exist_ok=True)
for number in range(int(os.environ["MAX_GREETINGS"])):
    print(greeting.text(os.environ["GREETING"], number + 1), flush=True)
    time.sleep(float(os.environ["PAUSE"]))
print("environment:", sys.prefix)
