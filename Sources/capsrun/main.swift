internal import CapsrunCLI

Capsrun.main()
